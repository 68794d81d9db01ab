import Testing

@testable import HTTVPSBackend

@Suite("Opaque tokens")
struct OpaqueTokenTests {
    @Test("CRC-32 is the IEEE one")
    func checksum() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
        #expect(OpaqueToken.checksum(of: "123456789").count == 6)
    }

    @Test("A token is its prefix, 43 characters and a checksum, and reads back", arguments: OpaqueToken.Kind.allCases)
    func form(kind: OpaqueToken.Kind) {
        let token = OpaqueToken(kind)
        #expect(token.text.hasPrefix(kind.rawValue) && token.text.count == 53)
        #expect(OpaqueToken(token.text) == token)
    }

    @Test("Any changed character is noticed")
    func mistakes() {
        let text = OpaqueToken(.gateway).text
        for index in text.indices {
            var wrong = text
            wrong.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(OpaqueToken(wrong) == nil)
        }
        #expect(OpaqueToken(text + "A") == nil)
        #expect(OpaqueToken("") == nil)
    }
}
