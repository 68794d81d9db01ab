import Testing

@testable import HTTVPSProtocol

struct HostFieldTests {
    @Test(
        "A Host is a name or an address, with a port or without",
        arguments: [
            "a", "a.example:443", "192.0.2.1:80", "[2001:db8::1]", "[::1]:8443", "a_b", "xn--bcher-kva.example", "a:",
            "%41",
        ])
    func correct(text: String) { #expect(HostField.isCorrect(text)) }

    @Test(
        "Anything else is none",
        arguments: [
            "", ":80", "a b", "a/c", "a@b", "a:80:90", "a:x", "a:123456", "[::1", "[::1]x", "[a]", "[]", "a\\b",
            "b\u{FC}cher",
            "a?b", "a#b", "a<b>", "::1",
        ])
    func wrong(text: String) { #expect(!HostField.isCorrect(text)) }
}
