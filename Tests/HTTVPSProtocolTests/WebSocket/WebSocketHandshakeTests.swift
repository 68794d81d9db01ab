import Testing

@testable import HTTVPSProtocol

@Suite("WebSocket handshake")
struct WebSocketHandshakeTests {
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let good: WebSocketHandshake.Headers = [
        ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key), ("Sec-WebSocket-Version", "13"),
    ]

    static func check(
        _ headers: WebSocketHandshake.Headers, method: String = "GET", isHTTP11: Bool = true, target: String = "/ws"
    ) -> String? {
        WebSocketHandshake.key(
            ofUpgradeTo: "/ws", method: method, isHTTP11: isHTTP11, target: target, headers: headers)
    }

    static func changed(_ name: String, _ values: String...) -> WebSocketHandshake.Headers {
        good.filter { $0.name != name } + values.map { (name: name, value: $0) }
    }

    @Test("answers the key of RFC 6455, section 1.3")
    func acceptKey() {
        #expect(WebSocketHandshake.acceptKey(for: Self.key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test("knows a correct upgrade, also with a query, tokens in lists and other cases")
    func correctUpgrades() {
        #expect(Self.check(Self.good) == Self.key)
        #expect(Self.check(Self.good, target: "/ws?x=/other") == Self.key)
        #expect(Self.check(Self.changed("Connection", "keep-alive, UPGRADE")) == Self.key)
        #expect(Self.check(Self.changed("Connection", "keep-alive", "upgrade")) == Self.key)
        #expect(Self.check(Self.changed("Upgrade", "WebSocket")) == Self.key)
        #expect(Self.check(Self.changed("Sec-WebSocket-Key", " \(Self.key)\t")) == Self.key)
    }

    static let wrong: [(String, WebSocketHandshake.Headers)] = [
        ("no host", changed("Host")), ("two hosts", changed("Host", "a", "b")), ("empty host", changed("Host", "")),
        ("no upgrade", changed("Upgrade")), ("other upgrade", changed("Upgrade", "h2c")),
        ("no connection", changed("Connection")), ("other connection", changed("Connection", "keep-alive")),
        ("part of a token", changed("Connection", "upgrades")),
        ("no version", changed("Sec-WebSocket-Version")), ("version 12", changed("Sec-WebSocket-Version", "12")),
        ("two versions", changed("Sec-WebSocket-Version", "13", "13")),
        ("a list of versions", changed("Sec-WebSocket-Version", "13, 8")),
        ("no key", changed("Sec-WebSocket-Key")), ("two keys", changed("Sec-WebSocket-Key", key, key)),
        ("a short key", changed("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j")),
        ("a long key", changed("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZTEyMzQ1")),
        ("no base64", changed("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ!==")),
        ("a list of upgrades", changed("Upgrade", "websocket, h2c")),
        ("two upgrades", changed("Upgrade", "websocket", "h2c")),
        ("the same upgrade twice", changed("Upgrade", "websocket", "websocket")),
        ("an expectation", changed("Expect", "100-continue")), ("an empty expectation", changed("Expect", "")),
        ("a host with a space", changed("Host", "a b")), ("a host with a path", changed("Host", "a/c")),
        ("spare bits in the key", changed("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZR==")),
        ("no padding", changed("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ")),
    ]

    @Test("leaves everything else to the decoy", arguments: wrong)
    func wrongUpgrades(name: String, headers: WebSocketHandshake.Headers) {
        #expect(Self.check(headers) == nil, "\(name)")
    }

    @Test("demands method, version and path")
    func requestLine() {
        #expect(Self.check(Self.good, method: "POST") == nil)
        #expect(Self.check(Self.good, method: "get") == nil)
        #expect(Self.check(Self.good, isHTTP11: false) == nil)
        for target in ["/", "/ws/", "/WS", "/wsx", "ws", "/w", "https://server.example.com/ws"] {
            #expect(Self.check(Self.good, target: target) == nil)
        }
    }

    @Test("meets itself: the client's request is correct and the server's response accepted")
    func bothSides() {
        var generator = SystemRandomNumberGenerator()
        let key = WebSocketHandshake.requestKey(using: &generator)
        let request = WebSocketHandshake.upgradeRequest(host: "example.com", key: key)
        #expect(Self.check(request) == key)
        let response = WebSocketHandshake.upgradeResponse(for: key)
        #expect(WebSocketHandshake.isAccepted(status: 101, headers: response, key: key))
        #expect(!WebSocketHandshake.isAccepted(status: 200, headers: response, key: key))
        #expect(!WebSocketHandshake.isAccepted(status: 101, headers: response, key: Self.key))
        let extended = response + [(name: "Sec-WebSocket-Extensions", value: "permessage-deflate")]
        #expect(!WebSocketHandshake.isAccepted(status: 101, headers: extended, key: key))
    }
}
