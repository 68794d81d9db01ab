import NIOCore

enum Pattern {
    static let period = 65_521

    private static let table: ByteBuffer = {
        var state: UInt32 = 1
        return ByteBuffer(
            bytes: (0..<period * 2).map { index -> UInt8 in
                if index == period { state = 1 }
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(truncatingIfNeeded: state >> 24)
            })
    }()

    static func bytes(at offset: Int, upTo count: Int) -> ByteBuffer {
        table.getSlice(at: offset % period, length: min(count, period)) ?? ByteBuffer()
    }

    static func wrong(_ bytes: ByteBuffer, at offset: Int) -> Int {
        var bytes = bytes
        var offset = offset
        var wrong = 0
        while bytes.readableBytes > 0 {
            let expected = Self.bytes(at: offset, upTo: bytes.readableBytes)
            guard let piece = bytes.readSlice(length: expected.readableBytes) else { break }
            if piece != expected {
                wrong += zip(piece.readableBytesView, expected.readableBytesView).count { $0 != $1 }
            }
            offset += piece.readableBytes
        }
        return wrong
    }
}
