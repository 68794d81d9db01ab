import HTTVPSShadowsocks
import NIOCore
import Testing

@Suite struct PacketTests {
    private let key = MasterKey(password: "Secret0", method: .chacha20Poly1305)
    private let address = ByteBuffer(bytes: bytes(hex: "01080808080035"))

    @Test("A packet is sealed with a zero nonce behind its salt")
    func vector() throws {
        var out = ByteBuffer()
        try PacketSealer(key: key).seal(
            address: address, payload: ByteBuffer(string: "ping"),
            salt: try Salt(counting(32), method: .chacha20Poly1305), into: &out)
        #expect(
            hex(out.readableBytesView) == hex(counting(32)) + "b303064fe6be090133c0f8633de96e3048283e98e5202b4aa94e5b")
        #expect(try PacketOpener(key: key).open(out) == ByteBuffer(bytes: bytes(hex: "01080808080035") + "ping".utf8))
    }

    @Test("Each packet has a salt of its own and opens to what was sealed", arguments: CipherMethod.allCases)
    func roundTrip(method: CipherMethod) throws {
        let key = MasterKey(password: "test", method: method)
        let payload = ByteBuffer(bytes: counting(1400))
        let packets = try (0..<50).map { _ in
            var out = ByteBuffer(string: "before")
            try PacketSealer(key: key).seal(address: address, payload: payload, into: &out)
            out.moveReaderIndex(forwardBy: 6)
            return out
        }
        #expect(Set(packets.map { $0.getBytes(at: $0.readerIndex, length: 16) }).count == 50)
        for packet in packets {
            #expect(packet.readableBytes == 7 + 1400 + PacketSealer(key: key).overhead)
            #expect(
                try PacketOpener(key: key).open(packet).readableBytesView.dropFirst(7).elementsEqual(counting(1400)))
        }
    }

    @Test("A packet with any byte changed, cut anywhere, or of another key is refused")
    func refusals() throws {
        var out = ByteBuffer()
        try PacketSealer(key: key).seal(address: address, payload: ByteBuffer(string: "ping"), into: &out)
        let packet = Array(out.readableBytesView)
        let opener = PacketOpener(key: key)
        for index in packet.indices {
            var changed = packet
            changed[index] ^= 0x10
            let error = #expect(throws: ShadowsocksError.self) { try opener.open(ByteBuffer(bytes: changed)) }
            #expect(error?.code == .authenticationFailed)
            #expect(throws: ShadowsocksError.self) { try opener.open(ByteBuffer(bytes: packet.prefix(index))) }
        }
        let other = PacketOpener(key: MasterKey(password: "Secret1", method: .chacha20Poly1305))
        #expect(throws: ShadowsocksError.self) { try other.open(out) }
    }
}
