import HTTVPSGateway
import Testing

@Suite struct TargetRuleTests {
    @Test(
        "Rules are read in every form and written the same way",
        arguments: [
            ("10.0.0.0/8", "10.0.0.0/8"), ("10.0.0.1", "10.0.0.1/32"), ("10.0.0.0/8:443", "10.0.0.0/8:443"),
            ("fd00::/8", "fd00::/8"), ("[fd00::/8]:80-90", "[fd00::/8]:80-90"), ("[::1]", "::1/128"),
            ("Example.COM.", "example.com"), (".example.com", ".example.com"), ("*.example.com:25", "*.example.com:25"),
            (":25", "*:25"), ("*:6881-6889", "*:6881-6889"), ("router", "router"),
        ])
    func read(text: String, written: String) throws {
        #expect(try #require(TargetRule(text)).description == written)
    }

    @Test(
        "What is no rule is refused",
        arguments: [
            "", "*", "10.0.0.0/33", "a/b", "example.com:0", "example.com:70000", "example.com:9-8", "example.com:",
            "[fd00::/8", "[fd00::/8]80", "*.", "a b", "1.2.3", "x:1:2", "*.*.x", "*:",
        ])
    func refused(text: String) { #expect(TargetRule(text) == nil) }
}
