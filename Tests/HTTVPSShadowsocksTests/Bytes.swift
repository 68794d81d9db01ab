import HTTVPSShadowsocks
import NIOCore

func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

func counting(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }

extension StreamSealer {
    mutating func sealed(_ plaintext: [UInt8]) throws -> [UInt8] {
        var out = ByteBuffer()
        try seal(ByteBuffer(bytes: plaintext), into: &out)
        return Array(out.readableBytesView)
    }
}

extension StreamOpener {
    mutating func opened(_ ciphertext: [UInt8]) throws -> [UInt8] {
        var input = ByteBuffer(bytes: ciphertext)
        var out = ByteBuffer()
        try open(&input, into: &out)
        return Array(out.readableBytesView)
    }
}
