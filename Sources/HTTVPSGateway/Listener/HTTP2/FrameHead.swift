import NIOCore

struct FrameHead: Equatable {
    enum Kind: UInt8 {
        case data = 0
        case headers = 1
        case priority = 2
        case rstStream = 3
        case settings = 4
        case pushPromise = 5
        case ping = 6
        case goAway = 7
        case windowUpdate = 8
        case continuation = 9
    }

    static let size = 9

    var length: Int
    var type: UInt8
    var flags: UInt8
    var stream: UInt32

    init(length: Int, kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0) {
        self.length = length
        type = kind.rawValue
        self.flags = flags
        self.stream = stream
    }

    init?(reading bytes: inout ByteBuffer) {
        guard let (first, flags, stream) = bytes.readMultipleIntegers(as: (UInt32, UInt8, UInt32).self) else {
            return nil
        }
        length = Int(first >> 8)
        type = UInt8(truncatingIfNeeded: first)
        self.flags = flags
        self.stream = stream & 0x7FFF_FFFF
    }

    var kind: Kind? { Kind(rawValue: type) }

    var endsStream: Bool { flags & 1 == 1 && (kind == .data || kind == .headers) }
}
