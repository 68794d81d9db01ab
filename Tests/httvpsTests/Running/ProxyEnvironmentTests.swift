import Testing

@testable import httvps

@Suite("The environment of a command")
struct ProxyEnvironmentTests {
    @Test("names the proxies in both cases, and holds neither exceptions nor the token")
    func names() {
        let odd = RawText(bytes: Array("X=".utf8) + [0xFE, 0xFF])
        let before: [RawText] = [
            "PATH=/bin", "NO_PROXY=*", "no_proxy=x", "HTTVPS_DEVICE_TOKEN=s", "http_proxy=old", odd,
        ]
        let after = ProxyEnvironment(socksPort: 1, httpPort: 2).added(to: before)
        #expect(
            after == [
                "PATH=/bin", odd, "ALL_PROXY=socks5h://127.0.0.1:1", "all_proxy=socks5h://127.0.0.1:1",
                "HTTP_PROXY=http://127.0.0.1:2", "http_proxy=http://127.0.0.1:2", "HTTPS_PROXY=http://127.0.0.1:2",
                "https_proxy=http://127.0.0.1:2",
            ])
    }
}
