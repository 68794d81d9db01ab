import HTTVPSGateway
import HTTVPSProtocol
import Testing

@Suite struct TargetPolicyTests {
    @Test(
        "Private, local and special targets are refused in every spelling",
        arguments: [
            "127.0.0.1:80", "10.1.2.3:443", "192.168.1.1:80", "172.16.0.1:80", "172.31.255.255:80",
            "169.254.169.254:80",
            "100.64.0.1:80", "0.0.0.0:80", "224.0.0.1:80", "255.255.255.255:80", "[::1]:80", "[::]:80", "[fe80::1]:80",
            "[fd00::1]:80", "[::ffff:127.0.0.1]:80", "[64:ff9b::a00:1]:80", "[2002:7f00:1::]:80", "localhost:80",
            "LOCALHOST.:80", "a.localhost:80", "printer.local:80", "metadata.google.internal:80", "2130706433:80",
            "0x7f000001:80", "0177.0.0.1:80", "127.1:80", "0x7f.1:80", "10.0x10203:80", "example.com:25",
        ])
    func refused(text: String) throws {
        #expect(!TargetPolicy(allowing: []).permits(try #require(TargetAddress(text))))
    }

    @Test(
        "Public targets are allowed",
        arguments: [
            "example.com:443", "1.1.1.1:53", "[2606:4700::1111]:443", "172.32.0.1:80", "3com.com:80", "1.1.1:80",
        ])
    func allowed(text: String) throws {
        #expect(TargetPolicy(allowing: []).permits(try #require(TargetAddress(text))))
    }

    @Test(
        "Blocks that are allowed open their addresses and no others",
        arguments: [
            ("127.0.0.1:80", true), ("localhost:8080", true), ("[::1]:80", true), ("127.1:80", true),
            ("10.0.0.1:80", false),
            ("127.0.0.1:25", false),
        ])
    func opened(text: String, permitted: Bool) throws {
        let policy = TargetPolicy(allowing: AddressBlock.loopback)
        #expect(policy.permits(try #require(TargetAddress(text))) == permitted)
    }
}
