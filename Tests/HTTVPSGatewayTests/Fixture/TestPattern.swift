import NIOCore

struct TestPattern: Sendable {
    private static let period = 65_521
    private static let block = ByteBuffer(
        bytes: (0..<(2 * period)).map { UInt8(truncatingIfNeeded: ($0 % period) &* 131 >> 3) })

    static func bytes(at offset: Int, count: Int) -> ByteBuffer {
        var out = ByteBuffer()
        var offset = offset
        var left = count
        while left > 0 {
            let start = offset % period
            let length = min(left, period)
            if let part = block.getSlice(at: start, length: length) { out.writeImmutableBuffer(part) }
            offset += length
            left -= length
        }
        return out
    }

    static func matches(_ data: ByteBuffer, at offset: Int) -> Bool {
        data == bytes(at: offset, count: data.readableBytes)
    }
}
