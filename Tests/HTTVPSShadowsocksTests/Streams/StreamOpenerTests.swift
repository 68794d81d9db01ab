import HTTVPSShadowsocks
import NIOCore
import Testing

@Suite struct StreamOpenerTests {
    private static func stream(
        _ method: CipherMethod, _ sizes: [Int]
    ) throws -> (key: MasterKey, plaintext: [UInt8], sealed: [UInt8]) {
        let key = MasterKey(password: "test", method: method)
        var sealer = try StreamSealer(key: key, salt: try Salt(counting(method.saltLength), method: method))
        var plaintext: [UInt8] = []
        var sealed: [UInt8] = []
        for size in sizes {
            plaintext += counting(size)
            sealed += try sealer.sealed(counting(size))
        }
        return (key, plaintext, sealed)
    }

    @Test("Any split of the bytes gives the same plaintext", arguments: CipherMethod.allCases)
    func anySplit(method: CipherMethod) throws {
        let (key, plaintext, sealed) = try Self.stream(method, [1, 700, 0x3FFF, 20_000, 3])
        for seed in 0..<60 {
            var random = Seeded(UInt64(seed))
            var opener = StreamOpener(key: key)
            var opened = ByteBuffer()
            var rest = sealed[...]
            while !rest.isEmpty {
                let longest = [1, 40, 2_000, 70_000][seed % 4]
                var part = ByteBuffer(bytes: rest.prefix(Int.random(in: 1...longest, using: &random)))
                rest = rest.dropFirst(part.readableBytes)
                try opener.open(&part, into: &opened)
                #expect(part.readableBytes == 0)
                #expect(opener.bufferedBytes <= Chunk.longest)
            }
            try opener.finish()
            #expect(opened.readableBytesView.elementsEqual(plaintext))
        }
    }

    @Test("A limit is kept to the byte, and what is held back comes next")
    func limit() throws {
        let (key, plaintext, sealed) = try Self.stream(.chacha20Poly1305, [10, 5_000, 40_000])
        for seed in 0..<40 {
            var random = Seeded(UInt64(seed))
            var opener = StreamOpener(key: key)
            var input = ByteBuffer(bytes: sealed)
            var opened: [UInt8] = []
            while opened.count < plaintext.count {
                let allowed = Int.random(in: 0...9_000, using: &random)
                var out = ByteBuffer()
                try opener.open(&input, into: &out, upTo: allowed)
                #expect(out.readableBytes == min(allowed, plaintext.count - opened.count))
                #expect(opener.bufferedBytes <= Chunk.longest)
                opened += out.readableBytesView
            }
            #expect(opened == plaintext)
            #expect(opener.heldPlaintext == 0)
        }
    }

    @Test("Plaintext goes behind what stands in the buffer, without moving it")
    func headRoom() throws {
        let (key, plaintext, sealed) = try Self.stream(.chacha20Poly1305, [40_000])
        var opener = StreamOpener(key: key)
        var out = ByteBuffer()
        out.reserveCapacity(65_536)
        out.writeRepeatingByte(0, count: 14)
        out.moveReaderIndex(to: 14)
        let capacity = out.capacity
        var input = ByteBuffer(bytes: sealed)
        try opener.open(&input, into: &out)
        #expect(out.readerIndex == 14)
        #expect(out.capacity == capacity)
        #expect(out.readableBytesView.elementsEqual(plaintext))
    }

    @Test("Any changed byte is noticed and nothing of its chunk comes out", arguments: CipherMethod.allCases)
    func changedByte(method: CipherMethod) throws {
        let (key, plaintext, sealed) = try Self.stream(method, [20, 30])
        for index in sealed.indices {
            var changed = ByteBuffer(bytes: sealed)
            changed.setInteger(sealed[index] ^ 0x01, at: index)
            var opener = StreamOpener(key: key)
            var out = ByteBuffer()
            let error = #expect(throws: ShadowsocksError.self) { try opener.open(&changed, into: &out) }
            #expect(error?.code == .authenticationFailed)
            #expect(out.readableBytes == (index < method.saltLength + 54 ? 0 : 20))
            #expect(plaintext.starts(with: out.readableBytesView))
            var more = ByteBuffer(bytes: sealed)
            #expect(throws: ShadowsocksError.self) { try opener.open(&more, into: &out) }
            #expect(throws: ShadowsocksError.self) { try opener.finish() }
        }
    }

    @Test("An end is clean only between chunks")
    func truncation() throws {
        let (key, _, sealed) = try Self.stream(.chacha20Poly1305, [20, 30])
        let clean = [0, 32, 32 + 54, sealed.count]
        for length in 0...sealed.count {
            var opener = StreamOpener(key: key)
            _ = try opener.opened(Array(sealed.prefix(length)))
            if clean.contains(length) {
                try opener.finish()
            } else {
                let error = #expect(throws: ShadowsocksError.self) { try opener.finish() }
                #expect(error?.code == .truncated)
            }
        }
    }
}
