package import NIOCore

package enum Varint {
    package static let maximum: UInt64 = (1 << 62) - 1

    package static func length(of value: UInt64) -> Int {
        switch value {
        case 0..<(1 << 6): 1
        case 0..<(1 << 14): 2
        case 0..<(1 << 30): 4
        default: 8
        }
    }
}

extension ByteBuffer {
    package mutating func readVarint() -> UInt64? {
        guard let first = getInteger(at: readerIndex, as: UInt8.self) else { return nil }
        switch first >> 6 {
        case 0: return readInteger(as: UInt8.self).map { UInt64($0) }
        case 1: return readInteger(as: UInt16.self).map { UInt64($0 & 0x3FFF) }
        case 2: return readInteger(as: UInt32.self).map { UInt64($0 & 0x3FFF_FFFF) }
        default: return readInteger(as: UInt64.self).map { $0 & Varint.maximum }
        }
    }

    @discardableResult
    package mutating func writeVarint(_ value: UInt64) -> Int {
        precondition(value <= Varint.maximum)
        switch Varint.length(of: value) {
        case 1: return writeInteger(UInt8(value))
        case 2: return writeInteger(UInt16(value) | 0x4000)
        case 4: return writeInteger(UInt32(value) | 0x8000_0000)
        default: return writeInteger(value | 0xC000_0000_0000_0000)
        }
    }
}
