import Testing

@testable import HTTVPSClient

@Suite("The request for a carrier")
struct BrowserRequestTests {
    let gateway = GatewayAddress(host: "site.test", port: 443, path: "/ws?v=1", isSecure: true)
    let request = BrowserRequest(deviceID: "dev_1")

    @Test("has a browser's headers in a browser's order over HTTP/1.1, and offers no extension")
    func http1() {
        let headers = request.upgrade(to: gateway, key: "key")
        let names = [
            "Host", "Connection", "Pragma", "Cache-Control", "User-Agent", "Upgrade", "Origin",
            "Sec-WebSocket-Version", "Accept-Encoding", "Accept-Language", "Cookie", "Sec-WebSocket-Key",
        ]
        #expect(headers.map(\.name) == names)
        #expect(headers[0].value == "site.test" && headers[6].value == "https://site.test")
        #expect(headers[7].value == "13" && headers[11].value == "key")
        #expect(headers[4].value.hasPrefix("Mozilla/5.0 (") && headers[4].value.contains(" Chrome/"))
    }

    @Test("has the pseudo headers first and small letters alone over HTTP/2")
    func http2() {
        let headers = request.extendedConnect(to: gateway)
        let first = headers.prefix(5).map { "\($0.name) \($0.value)" }
        #expect(
            first == [
                ":method CONNECT", ":authority site.test", ":scheme https", ":path /ws?v=1", ":protocol websocket",
            ])
        #expect(headers.dropFirst(5).allSatisfy { !$0.name.hasPrefix(":") && $0.name == $0.name.lowercased() })
        #expect(headers.contains { $0.name == "sec-websocket-version" && $0.value == "13" })
        #expect(!headers.contains { ["connection", "upgrade", "sec-websocket-extensions"].contains($0.name) })
    }

    @Test("names the port where it is not the usual one")
    func port() {
        let odd = GatewayAddress(host: "::1", port: 8_443, path: "/", isSecure: true)
        let headers = request.upgrade(to: odd, key: "")
        #expect(headers[0].value == "[::1]:8443" && headers[6].value == "https://[::1]:8443")
    }

    @Test("has no fixed size, while a device keeps its browser and devices differ")
    func sizes() {
        let sizes = (0..<64).map { _ in
            request.upgrade(to: gateway, key: "").reduce(0) { $0 + $1.value.utf8.count }
        }
        #expect(Set(sizes).count > 8)
        #expect(BrowserRequest(deviceID: "dev_1") == request)
        #expect(Set((0..<64).map { BrowserRequest(deviceID: "dev_\($0)").userAgent }).count > 4)
    }
}
