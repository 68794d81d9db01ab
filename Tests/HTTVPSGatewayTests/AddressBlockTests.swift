import HTTVPSGateway
import HTTVPSProtocol
import Testing

struct AddressBlockTests {
    private func address(_ text: String) -> AddressBlock.Address? {
        IPv4Text.parse(text).map { .ipv4($0) } ?? IPv6Address(text).map { .ipv6($0) }
    }

    @Test(
        "A block holds the addresses that share its prefix",
        arguments: [
            ("127.0.0.0/8", "127.255.0.1", true), ("127.0.0.0/8", "128.0.0.1", false), ("0.0.0.0/0", "8.8.8.8", true),
            ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false), ("::1/128", "::1", true),
            ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false), ("2001:db8::/65", "2001:db8::1", true),
            ("2001:db8::/65", "2001:db8:0:0:8000::1", false), ("::/0", "1::", true), ("0.0.0.0/0", "::1", false),
        ])
    func contains(block: String, candidate: String, expected: Bool) throws {
        let block = try #require(AddressBlock(block))
        #expect(block.contains(try #require(address(candidate))) == expected)
    }

    @Test(
        "Text that is no block is refused",
        arguments: ["", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "a/8", "10.0.0.0/+8"])
    func refused(text: String) { #expect(AddressBlock(text) == nil) }
}
