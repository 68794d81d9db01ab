import HTTVPSShadowsocks
import NIOCore
import Testing

@Suite struct ForgedStreamTests {
    @Test("Junk of any length never opens, never crashes and never takes memory", arguments: CipherMethod.allCases)
    func junk(method: CipherMethod) {
        let key = MasterKey(password: "test", method: method)
        for seed in 0..<300 {
            var random = Seeded(UInt64(seed))
            var opener = StreamOpener(key: key)
            var out = ByteBuffer()
            var failed = false
            for _ in 0..<5 where !failed {
                var junk = ByteBuffer(bytes: random.bytes(Int.random(in: 0...120, using: &random)))
                do { try opener.open(&junk, into: &out) } catch { failed = true }
                #expect(opener.bufferedBytes <= Chunk.longest)
            }
            #expect(out.readableBytes == 0)
        }
    }

    @Test("Another key opens nothing")
    func otherKey() throws {
        var sealer = try StreamSealer(key: MasterKey(password: "one", method: .chacha20Poly1305))
        let sealed = try sealer.sealed(counting(100))
        var opener = StreamOpener(key: MasterKey(password: "two", method: .chacha20Poly1305))
        #expect(throws: ShadowsocksError.self) { try opener.opened(sealed) }
    }
}
