import HTTVPSConfiguration
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct DifferentialTests {
    private static let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    private static let upgrade = [
        "Host: a", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", key,
    ]
    private static let last = TestSite.request("GET /end HTTP/1.1", ["Host: a", "Connection: close"])

    private static func refused(_ change: ([String]) -> [String], line: String = "GET /ws HTTP/1.1") -> String {
        TestSite.request(line, change(upgrade))
    }

    static let requests: [String] = {
        var all = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "BREW", "get"].map {
            TestSite.request("\($0) / HTTP/1.1", ["Host: a"])
        }
        all += ["/ws", "/ws?x", "/ws/", "/WS", "/none", "/sub", "/sub/", "/%2e%2e/x", "/%zz", "*", "http://a/ws", "x"]
            .map {
                TestSite.request("GET \($0) HTTP/1.1", ["Host: a"])
            }
        all += [
            refused { $0.map { $0.replacing(": 13", with: ": 8") } }, refused { $0 + [key] },
            refused { $0.filter { !$0.hasPrefix("Host") } }, refused { $0.filter { !$0.hasPrefix("Upgrade") } },
            refused { $0.map { $0.replacing(key, with: "Sec-WebSocket-Key: x") } },
            refused({ $0 }, line: "GET /ws HTTP/1.0"), refused({ $0 }, line: "POST /ws HTTP/1.1"),
            refused({ $0 }, line: "GET /WS HTTP/1.1"), refused({ $0 }, line: "GET http://a/ws HTTP/1.1"),
            refused { $0 + ["Content-Length: 3"] } + "abc",
            refused { $0 + ["Transfer-Encoding: chunked"] } + "0\r\n\r\n",
            refused { $0 + ["Upgrade: websocket"] },
            refused { $0.map { $0 + ($0.hasPrefix("Upgrade") ? ", h2c" : "") } },
            refused { $0 + ["Expect: 100-continue"] },
            refused { $0.map { $0.replacing("Host: a", with: "Host: a b/c") } },
            refused { $0.map { $0.replacing("ZQ==", with: "ZR==") } }, refused({ $0 }).replacing("\r\n", with: "\n"),
            refused { $0 + ["Bad Name: x"] }, refused { $0 + [" folded"] },
            TestSite.request("GET / HTTP/1.0", []), TestSite.request("GET / HTTP/1.0", ["Connection: keep-alive"]),
            TestSite.request("GET / HTTP/1.1", []), TestSite.request("GET / HTTP/1.1", ["Host: a", "Host: b"]),
            TestSite.request("GET / HTTP/2.0"), TestSite.request("GET /"), "GARBAGE\r\n\r\n",
            "\u{16}\u{3}\u{1}\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\n\n", "\r\n\r\n" + TestSite.request("GET / HTTP/1.1"),
            TestSite.request("GET / HTTP/1.1", ["Host: a", "Content-Length: 3"]) + "abc",
            TestSite.request("POST / HTTP/1.1", ["Host: a", "Content-Length: 3", "Content-Length: 4"]) + "abc",
            TestSite.request("POST / HTTP/1.1", ["Host: a", "Transfer-Encoding: chunked"]) + "3\r\nabc\r\n0\r\n\r\n",
            TestSite.request("POST / HTTP/1.1", ["Host: a", "Transfer-Encoding: chunked"]) + "zz\r\n",
            TestSite.request("POST / HTTP/1.1", ["Host: a", "Content-Length: 3", "Expect: 100-continue"]) + "abc",
            TestSite.request("GET / HTTP/1.1", ["Host: a", "Range: bytes=2-4"]),
            TestSite.request("GET / HTTP/1.1", ["Host: a", "X: " + String(repeating: "x", count: 20_000)]),
            TestSite.request("GET /" + String(repeating: "x", count: 20_000) + " HTTP/1.1"),
            TestSite.request("GET / HTTP/1.1") + TestSite.request("HEAD / HTTP/1.1")
                + TestSite.request("GET /x HTTP/1.1"),
            "GET /w", "GET /ws HTTP/1.1\r\nHost: a", "",
        ]
        return all
    }()

    private func answer(_ request: String, port: Int) async throws -> String {
        let connection = try await TestConnection.open(port: port)
        try await connection.write(request)
        connection.channel.close(mode: .output, promise: nil)
        var text = ""
        for await part in connection.arrived { text += String(buffer: part) }
        await connection.close()
        return text.split(separator: "\r\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("Date: ") }
            .joined(separator: "\r\n")
    }

    @Test("The site behind the tunnel, plain or proxied, answers as the site without it, byte for byte")
    func same() async throws {
        let folder = try TestSite.folder()
        let plain = try await SiteOrigin.start(folder: folder, isSecure: false)
        let origin = try await SiteOrigin.start(folder: folder, isSecure: true)
        var options = TestGateway.Options.echo
        options.decoyDirectory = folder
        let gateway = try await TestGateway.start(options)
        options.decoyUpstream = ListenAddress(host: "127.0.0.1", port: plain.port)
        let proxied = try await TestGateway.start(options)
        for request in Self.requests {
            for text in [request, request + Self.last] {
                let expected = try await answer(text, port: origin.port)
                #expect(try await answer(text, port: gateway.port) == expected, "\(text.prefix(200))")
                #expect(try await answer(text, port: proxied.port) == expected, "\(text.prefix(200))")
            }
        }
        try await gateway.stop()
        try await proxied.stop()
        try await plain.stop()
        try await origin.stop()
    }

    @Test("Slow requests end at the site's own times, with or without the tunnel")
    func slow() async throws {
        let folder = try TestSite.folder()
        for (text, expected) in [("GET / HT", "HTTP/1.1 408 "), ("", "")] {
            var timeouts = SiteTimeouts()
            if text.isEmpty { timeouts.idle = .milliseconds(300) } else { timeouts.head = .milliseconds(300) }
            let origin = try await SiteOrigin.start(folder: folder, isSecure: true, timeouts: timeouts)
            let connection = try await TestConnection.open(port: origin.port)
            if !text.isEmpty { try await connection.write(text) }
            var answer = ""
            for await part in connection.arrived { answer += String(buffer: part) }
            #expect(answer.hasPrefix(expected) && answer.isEmpty == expected.isEmpty)
            await connection.close()
            try await origin.stop()
        }
    }

    @Test("When the operator's site is down, the answer is 502 and the end")
    func upstreamDown() async throws {
        let plain = try await SiteOrigin.start(folder: TestSite.folder(), isSecure: false)
        let port = plain.port
        try await plain.stop()
        var options = TestGateway.Options.echo
        options.decoyUpstream = ListenAddress(host: "127.0.0.1", port: port)
        let gateway = try await TestGateway.start(options)
        let answer = try await TestConnection.exchange(TestSite.request("GET / HTTP/1.1"), port: gateway.port)
        #expect(answer.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n") && answer.contains("Connection: close\r\n"))
        try await gateway.stop()
    }

    @Test(
        "The operator's site times silence and unfinished heads by itself, also before the secret path",
        arguments: ["", "GET /w", "GET /ws HTTP/1.1\r\nHost: a\r\n", "GET /x"])
    func upstreamTimes(text: String) async throws {
        var timeouts = SiteTimeouts()
        if text.isEmpty { timeouts.idle = .milliseconds(500) } else { timeouts.head = .milliseconds(500) }
        let plain = try await SiteOrigin.start(folder: TestSite.folder(), isSecure: false, timeouts: timeouts)
        var options = TestGateway.Options.echo
        options.decoyUpstream = ListenAddress(host: "127.0.0.1", port: plain.port)
        let gateway = try await TestGateway.start(options)
        let connection = try await TestConnection.open(port: gateway.port)
        if !text.isEmpty { try await connection.write(text) }
        var answer = ""
        for await part in connection.arrived { answer += String(buffer: part) }
        #expect(text.isEmpty ? answer.isEmpty : answer.hasPrefix("HTTP/1.1 408 "))
        await connection.close()
        try await gateway.stop()
        try await plain.stop()
    }

    @Test("A right upgrade is accepted while the operator's site is down")
    func upgradeWhileDown() async throws {
        let plain = try await SiteOrigin.start(folder: TestSite.folder(), isSecure: false)
        let port = plain.port
        try await plain.stop()
        var options = TestGateway.Options.echo
        options.decoyUpstream = ListenAddress(host: "127.0.0.1", port: port)
        let gateway = try await TestGateway.start(options)
        let request = TestSite.request("GET /ws HTTP/1.1", Self.upgrade)
        let answer = try await TestConnection.exchange(
            String(request.dropLast()), String(request.suffix(1)), port: gateway.port, until: "101")
        #expect(answer.hasPrefix("HTTP/1.1 101 "))
        try await gateway.stop()
    }

    @Test("Over HTTP/2 the proxied site answers as over HTTP/1.1")
    func http2() async throws {
        let plain = try await SiteOrigin.start(folder: TestSite.folder(), isSecure: false)
        var options = TestGateway.Options.echo
        options.decoyUpstream = ListenAddress(host: "127.0.0.1", port: plain.port)
        let gateway = try await TestGateway.start(options)
        let connection = try await TestHTTP2.open(port: gateway.port)
        for path in ["/", "/none", "/sub", "/big.bin", "/ws"] {
            let first = try await TestConnection.exchange(
                TestSite.request("GET \(path) HTTP/1.1", ["Host: a", "Connection: close"]), port: plain.port,
                isSecure: false)
            let second = try await connection.request(HTTP2Tests.get(path))
            #expect(first.hasPrefix("HTTP/1.1 \(second.status) "))
            #expect(first.hasSuffix("\r\n\r\n" + second.body))
        }
        let posted = try await connection.request(HTTP2Tests.get("/", method: "POST"), body: "hello")
        #expect(posted.status == "405" && posted.hasEnded)
        await connection.close()
        try await gateway.stop()
        try await plain.stop()
    }
}
