import HTTVPSShadowsocks
import NIOCore
import Testing

@Suite struct StreamSealerTests {
    private let key = MasterKey(password: "test", method: .chacha20Poly1305)

    @Test("Nothing is written for no plaintext, and the salt only once")
    func saltOnce() throws {
        var sealer = try StreamSealer(key: key)
        #expect(try sealer.sealed([]).isEmpty)
        #expect(sealer.sealedLength(of: 5) == 32 + 34 + 5)
        #expect(try sealer.sealed(counting(5)).count == 32 + 34 + 5)
        #expect(sealer.sealedLength(of: 5) == 34 + 5)
        #expect(try sealer.sealed(counting(5)).count == 34 + 5)
    }

    @Test("A stream starts with the prefix")
    func prefix() throws {
        var sealer = try StreamSealer(key: key, prefix: Array("POST ".utf8))
        #expect(try sealer.sealed([1]).starts(with: "POST ".utf8))
        #expect(throws: ShadowsocksError.self) { try StreamSealer(key: key, prefix: counting(17)) }
    }

    @Test(
        "The length told in advance is the length written, and one reservation is enough",
        arguments: [1, 0x3FFE, 0x3FFF, 0x4000, 0x7FFE, 0x7FFF, 65_536, 100_000])
    func length(count: Int) throws {
        var sealer = try StreamSealer(key: key)
        let expected = sealer.sealedLength(of: count)
        var out = ByteBuffer()
        out.reserveCapacity(expected)
        let capacity = out.capacity
        try sealer.seal(ByteBuffer(bytes: counting(count)), into: &out)
        #expect(out.readableBytes == expected)
        #expect(out.capacity == capacity)
    }

    @Test(
        "Address and data share the first chunk as far as they fit",
        arguments: [(7, 0), (7, 1), (259, 0x3FFF - 259), (259, 0x3FFF - 258), (7, 50_000), (0, 20), (20_000, 20_000)])
    func first(address: Int, data: Int) throws {
        var sealer = try StreamSealer(key: key)
        var out = ByteBuffer()
        let expected = sealer.sealedLength(of: address + data)
        try sealer.sealFirst(
            address: ByteBuffer(bytes: counting(address)), data: ByteBuffer(bytes: counting(data)), into: &out)
        if address <= 259 { #expect(out.readableBytes == expected) }
        var opener = StreamOpener(key: key)
        #expect(try opener.opened(Array(out.readableBytesView)) == counting(address) + counting(data))
    }

    @Test("What stands in the buffer already stays in front")
    func appends() throws {
        var sealer = try StreamSealer(key: key)
        var out = ByteBuffer(string: "before")
        try sealer.seal(ByteBuffer(string: "x"), into: &out)
        #expect(out.readString(length: 6) == "before")
        var opener = StreamOpener(key: key)
        #expect(try opener.opened(Array(out.readableBytesView)) == Array("x".utf8))
    }
}
