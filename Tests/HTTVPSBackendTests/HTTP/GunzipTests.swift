import NIOCore
import Testing

@testable import HTTVPSBackend

@Suite("Unpacking gzip")
struct GunzipTests {
    static let hello: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
        0xa6,
        0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
    ]

    @Test("gives the bytes back")
    func unpacks() throws {
        #expect(String(buffer: try Gunzip.bytes(ByteBuffer(bytes: Self.hello), limit: 5)) == "hello")
    }

    @Test("refuses what is cut short, followed by more, damaged or no gzip")
    func refuses() {
        var damaged = Self.hello
        damaged[18] ^= 1
        let zlib: [UInt8] = [0x78, 0x9c, 0x4b, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62]
        for bytes in [Array(Self.hello.dropLast(3)), Self.hello + [1], damaged, zlib, [], [0x1f, 0x8b]] {
            #expect(throws: Gunzip.Failure.malformed) { try Gunzip.bytes(ByteBuffer(bytes: bytes), limit: 1_000) }
        }
    }

    @Test("stops at its limit")
    func limit() {
        #expect(throws: Gunzip.Failure.tooLarge) { try Gunzip.bytes(ByteBuffer(bytes: Self.hello), limit: 4) }
    }
}
