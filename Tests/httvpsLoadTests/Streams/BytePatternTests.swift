import NIOCore
import Testing

@testable import httvps_load

@Suite("The bytes that a stream moves")
struct BytePatternTests {
    @Test("Pieces of any size and place join to the same bytes", arguments: [1, 3, 8, 13, 64])
    func pieces(size: Int) {
        let pattern = BytePattern(seed: 5)
        var joined = ByteBuffer()
        for offset in stride(from: 0, to: 200, by: size) {
            joined.writeImmutableBuffer(pattern.bytes(from: offset, count: min(size, 200 - offset)))
        }
        #expect(joined == pattern.bytes(from: 0, count: 200))
    }

    @Test("Bytes match at their own place alone, and of their own stream alone")
    func places() {
        let bytes = BytePattern(seed: 5).bytes(from: 40, count: 100)
        #expect(BytePattern(seed: 5).matches(bytes, at: 40))
        #expect(!BytePattern(seed: 5).matches(bytes, at: 48))
        #expect(!BytePattern(seed: 6).matches(bytes, at: 40))
    }

    @Test("One changed byte is noticed, wherever it is", arguments: [0, 49, 99])
    func changed(place: Int) {
        var bytes = BytePattern(seed: 5).bytes(from: 3, count: 100)
        bytes.setInteger(
            (bytes.getInteger(at: bytes.readerIndex + place) ?? UInt8(0)) ^ 1, at: bytes.readerIndex + place)
        #expect(!BytePattern(seed: 5).matches(bytes, at: 3))
    }
}
