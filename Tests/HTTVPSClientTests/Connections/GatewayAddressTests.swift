import Testing

@testable import HTTVPSClient

@Suite("Gateway addresses")
struct GatewayAddressTests {
    @Test("are wss:// with a host, a port and a path")
    func readable() throws {
        let plain = try GatewayAddress("wss://gateway.example/secret/ws")
        #expect(plain.host == "gateway.example" && plain.port == 443 && plain.path == "/secret/ws")
        #expect(plain.hostHeader == "gateway.example")
        let full = try GatewayAddress("wss://[::1]:8443?a=b")
        #expect(full.host == "::1" && full.port == 8443 && full.path == "/?a=b")
        #expect(full.hostHeader == "[::1]:8443")
    }

    @Test("do not show the path, which may be a secret, in messages")
    func description() throws {
        #expect("\(try GatewayAddress("wss://gateway.example/secret"))" == "wss://gateway.example:443")
    }

    @Test("that cannot be are not repeated in messages, as they may hold a password or a secret path")
    func secrets() {
        let error = #expect(throws: ClientError.self) { try GatewayAddress("wss://ada:hunter2@gateway.example/secret") }
        #expect(error?.message.contains("hunter2") == false && error?.message.contains("secret") == false)
    }

    @Test(
        "of other kinds are configuration faults", arguments: ["", "ws://a/b", "https://a/b", "wss://", "wss://a:0/"])
    func wrong(url: String) {
        #expect { try GatewayAddress(url) } throws: { ($0 as? ClientError)?.code == .configuration }
    }
}
