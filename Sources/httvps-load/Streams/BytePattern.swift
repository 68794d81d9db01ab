import NIOCore

struct BytePattern: Equatable, Sendable {
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed &* 0x9E37_79B9_7F4A_7C15 }

    func bytes(from offset: Int, count: Int) -> ByteBuffer {
        let first = offset / 8
        let words = (offset + count + 7) / 8 - first
        var buffer = ByteBuffer()
        buffer.reserveCapacity(words * 8)
        for place in first..<first + words { buffer.writeInteger(word(place)) }
        buffer.moveReaderIndex(forwardBy: offset - first * 8)
        return buffer.readSlice(length: count) ?? ByteBuffer()
    }

    func matches(_ bytes: ByteBuffer, at offset: Int) -> Bool {
        self.bytes(from: offset, count: bytes.readableBytes) == bytes
    }

    private func word(_ place: Int) -> UInt64 {
        var value = seed &+ UInt64(truncatingIfNeeded: place) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 30)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
