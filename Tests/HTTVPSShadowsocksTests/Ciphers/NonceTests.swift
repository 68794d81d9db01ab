import HTTVPSShadowsocks
import Testing

@Suite struct NonceTests {
    @Test("The nonce counts in little-endian order and carries into the next byte")
    func counts() {
        var nonce = Nonce()
        #expect(nonce.bytes == [UInt8](repeating: 0, count: 12))
        for _ in 0..<256 { nonce.advance() }
        #expect(hex(nonce.bytes) == "000100000000000000000000")
        #expect(nonce == Nonce(256))
        nonce = Nonce(65_535)
        nonce.advance()
        #expect(hex(nonce.bytes) == "000001000000000000000000")
    }

    @Test("The carry goes beyond eight bytes")
    func carriesOverWord() {
        var nonce = Nonce(.max)
        #expect(hex(nonce.bytes) == "ffffffffffffffff00000000")
        nonce.advance()
        #expect(hex(nonce.bytes) == "000000000000000001000000")
    }
}
