import Crypto
import HTTVPSShadowsocks
import NIOCore
import Testing

@Suite struct StreamVectorTests {
    private struct Published {
        var method: CipherMethod
        var chunks: [Int]
        var text: String
        var stream: String
    }

    private static let password = "密码"
    private static let published: [Published] = [
        Published(
            method: .chacha20Poly1305, chunks: [7, 5], text: "这是原文",
            stream: "8bd996a259f861d54c4b27e740a6ad23381631dae3ab69e5c0377625752fa0f5dc68c4ae6a4c6b2c4f6bdda92ffad4e1"
                + "1fbf5b63bf05809d419cd0b562e927b370c627f14f42b18e146c832bfb6e6bd1f58cc71333ac60943d5592a8f8148687d6008de"
                + "fd21c791fc199efe26dc136e5"),
        Published(
            method: .chacha20Poly1305, chunks: [7, 57],
            text: "Glib jocks quiz nymph to vex dwarf.1145141919810!这是原文！",
            stream: "8094ac0782801abeb1e60778767df9b4310cacf43d6e52f19371e19fcc7716dd5ccf2b739de27db535ab0571ebeb2b30"
                + "a3652ffedfaa77d47d9a97f21b015d056902d4aa198cc2e5588a8dddd36a8abd9dd3154c3837e86cf36f6471eead1166ed485cd"
                + "4da93fd7caa27be5682788cf61e36371ab700803e18633b1011dd08df6553df8b7e5adc7bfc6c2f58b531039b044437f74f86a7"
                + "39dc70410f5db04b387988cc8e"),
        Published(
            method: .aes256GCM, chunks: [7, 5], text: "这是原文",
            stream: "5648a2d3e86fe68d7c137ad894294f8e8b57ce55eb545cb7da69b93708e2a689a4a8798171d001ed9ef8d3e1b1c89d86"
                + "2604ce7e0803584719ea65e0c4025800187a0e0a2c5408519e93b2279358fb81842e9c913a76ee93ee25d4ddbfb4729fcc64411"
                + "054411a01a4ada4f22c5e401e"),
    ]

    @Test("The published streams open to their text and their text seals to them", arguments: published.indices)
    func publishedStreams(index: Int) throws {
        let vector = Self.published[index]
        let stream = bytes(hex: vector.stream)
        let key = MasterKey(password: Self.password, method: vector.method)
        var opener = StreamOpener(key: key)
        let plaintext = try opener.opened(stream)
        #expect(plaintext.count == vector.chunks.reduce(0, +))
        #expect(String(decoding: plaintext.suffix(vector.text.utf8.count), as: UTF8.self) == vector.text)
        try opener.finish()

        var sealer = try StreamSealer(key: key, salt: try Salt(Array(stream.prefix(32)), method: vector.method))
        let first = try sealer.sealed(Array(plaintext.prefix(vector.chunks[0])))
        #expect(hex(first + (try sealer.sealed(Array(plaintext.dropFirst(vector.chunks[0]))))) == vector.stream)
    }

    private var ownSealer: StreamSealer {
        get throws {
            let key = MasterKey(password: "Secret0", method: .chacha20Poly1305)
            return try StreamSealer(key: key, salt: try Salt(counting(32), method: .chacha20Poly1305))
        }
    }

    @Test("Salt, address and first data are sealed as one chunk, the next data with the next nonces")
    func addressAndData() throws {
        var sealer = try ownSealer
        var out = ByteBuffer()
        try sealer.sealFirst(
            address: ByteBuffer(bytes: bytes(hex: "030b6578616d706c652e636f6d01bb")), data: ByteBuffer(string: "hello"),
            into: &out)
        #expect(out.readableBytes == 86)
        #expect(
            hex(out.readableBytesView) == hex(counting(32))
                + "b21f82b9cefd550db75210cec10317e76cac0ba3cc91cd7602c2f6d9963f19c94282f2d45fc1ef0739de30936247674334936c9e4c46"
        )
        #expect(
            hex(try sealer.sealed(Array("world".utf8)))
                == "e12a7d2b38b2ce86f8bfd6cc7d890d74952f22af2f85d335acf8b4359d064fde2fe1d111f7cc27")
    }

    @Test("The longest chunk has the known hash")
    func longestChunk() throws {
        var sealer = try ownSealer
        let stream = try sealer.sealed(counting(0x3FFF))
        #expect(stream.count == 16_449)
        #expect(hex(SHA256.hash(data: stream)) == "6d7ed239a86beda93efc7df65bc28d254703d9f841bf912b22e9d3799a4387c7")
    }
}
