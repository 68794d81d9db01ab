import HTTVPSShadowsocks
import NIOCore
import Testing

@testable import struct HTTVPSShadowsocks.SessionCipher

@Suite struct ChunkTests {
    private let key = MasterKey(password: "test", method: .chacha20Poly1305)

    private func stream(lengths: [(told: UInt16, payload: Int)]) throws -> [UInt8] {
        let salt = try Salt(counting(32), method: .chacha20Poly1305)
        var session = try SessionCipher(key: key, salt: salt)
        var stream = salt.bytes
        for (told, payload) in lengths {
            stream += try sealed([UInt8(told >> 8), UInt8(told & 255)], &session)
            stream += try sealed(counting(payload), &session)
        }
        return stream
    }

    private func sealed(_ message: [UInt8], _ session: inout SessionCipher) throws -> [UInt8] {
        var out = [UInt8](repeating: 0, count: message.count + 16)
        try out.withUnsafeMutableBytes { out in
            try message.withUnsafeBytes { message in
                if let base = out.baseAddress { try session.seal(message, to: base) }
            }
        }
        return out
    }

    @Test("A chunk longer than 0x3FFF bytes is refused", arguments: [0x4000, 0xFFFF])
    func tooLong(length: UInt16) throws {
        var opener = StreamOpener(key: key)
        let stream = try stream(lengths: [(length, 100)])
        let error = #expect(throws: ShadowsocksError.self) { try opener.opened(stream) }
        #expect(error?.code == .chunkTooLong)
    }

    @Test("Empty chunks are passed over")
    func empty() throws {
        var opener = StreamOpener(key: key)
        #expect(try opener.opened(stream(lengths: [(0, 0), (3, 3), (0, 0), (0, 0), (2, 2)])) == [0, 1, 2, 0, 1])
        try opener.finish()
    }

    @Test("The most plaintext that sealed bytes can hold is never below what they hold")
    func mostPlaintext() {
        for count in [0, 1, 33, 34, 35, 0x3FFF, 0x4000, 65_536, 1_000_000] {
            #expect(Chunk.mostPlaintext(in: Chunk.sealedLength(of: count)) >= count)
            #expect(Chunk.mostPlaintext(in: count) <= count)
        }
    }
}
