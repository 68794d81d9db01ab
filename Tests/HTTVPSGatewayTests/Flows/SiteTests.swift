import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct SiteTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let upgrade = [
        "Host: localhost", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: \(key)",
    ]

    static let refused: [(String, [String], Int)] = {
        func without(_ name: String) -> [String] { upgrade.filter { !$0.hasPrefix(name) } }
        let line = "GET /ws HTTP/1.1"
        return [
            ("GET /other HTTP/1.1", upgrade, 404), ("POST /ws HTTP/1.1", upgrade + ["Content-Length: 0"], 405),
            ("GET /WS HTTP/1.1", upgrade, 404), ("GET /ws/ HTTP/1.1", upgrade, 404),
            (line, without("Sec-WebSocket-Version"), 404),
            (line, without("Sec-WebSocket-Version") + ["Sec-WebSocket-Version: 12"], 404),
            (line, without("Sec-WebSocket-Key") + ["Sec-WebSocket-Key: short"], 404),
            (line, upgrade + ["Sec-WebSocket-Key: \(key)"], 404), (line, without("Connection"), 404),
            (line, ["Host: localhost", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"], 404),
            ("GET / HTTP/1.1", upgrade, 200), ("CONNECT localhost:443 HTTP/1.1", ["Host: localhost"], 405),
        ]
    }()

    private func status(_ answer: String) -> String { String(answer.prefix(12)) }

    @Test(
        "A refused upgrade and requests behind it in one record are answered in order, and the connection goes on",
        arguments: refused)
    func refusedWithPipeline(line: String, headers: [String], status: Int) async throws {
        let gateway = try await TestSite.gateway()
        let refused = TestSite.request(line, headers)
        let next = TestSite.request("GET /missing HTTP/1.1")
        let last = TestSite.request("GET / HTTP/1.1")
        let answer = try await TestConnection.exchange(
            refused + next + refused, last, port: gateway.port, until: "</p>" + (status == 200 ? "HTTP" : ""))
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("HTTP/1.1 404 Not Found\r\n"))
        #expect(!answer.contains("101"))
        let again = try await TestConnection.exchange(last, port: gateway.port, until: "</p>")
        #expect(self.status(again) == "HTTP/1.1 200")
        try await gateway.stop()
    }

    @Test("A refused upgrade with others behind it may be cut anywhere")
    func everySplit() async throws {
        let gateway = try await TestSite.gateway()
        let refused = TestSite.request("GET /ws HTTP/1.1", Self.upgrade.map { $0.replacing(": 13", with: ": 8") })
        let text = refused + TestSite.request("GET / HTTP/1.1", ["Host: a", "Connection: close"])
        let whole = try await TestConnection.exchange(text, port: gateway.port)
        #expect(whole.hasPrefix("HTTP/1.1 404 ") && whole.hasSuffix(TestSite.page))
        for index in stride(from: 1, to: text.utf8.count, by: 9) {
            let cut = text.utf8.index(text.startIndex, offsetBy: index)
            let answer = try await TestConnection.exchange(
                String(decoding: text.utf8[..<cut], as: UTF8.self), String(decoding: text.utf8[cut...], as: UTF8.self),
                port: gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 404 ") && answer.hasSuffix(TestSite.page), "cut at \(index)")
        }
        try await gateway.stop()
    }

    @Test("An upgrade behind answers of the site, in the same record, comes after them; a query is ignored")
    func upgradeBehindAnswers() async throws {
        let gateway = try await TestSite.gateway()
        let page = TestSite.request("GET / HTTP/1.1")
        let answer = try await TestConnection.exchange(
            page + TestSite.request("GET /big.bin HTTP/1.1") + TestSite.request("GET /ws?a=b HTTP/1.1", Self.upgrade),
            port: gateway.port, until: "101 Switching Protocols")
        #expect(answer.contains(TestSite.page + "HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("\u{7}HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(answer.utf8.count > 1 << 20)
        try await gateway.stop()
    }

    static let answers: [(String, [String], String, String)] = [
        ("GET / HTTP/1.1", ["Host: a"], "200", "Connection: keep-alive"),
        ("HEAD / HTTP/1.1", ["Host: a"], "200", "Content-Length: 12"),
        ("GET / HTTP/1.0", [], "200", "Connection: close"),
        ("GET / HTTP/1.0", ["Connection: keep-alive"], "200", "Connection: keep-alive"),
        ("GET http://a/ HTTP/1.1", ["Host: a"], "200", ""),
        ("GET /sub HTTP/1.1", ["Host: a"], "301", "Location: /sub/"),
        ("GET /none HTTP/1.1", ["Host: a"], "404", "Content-Type: text/html"),
        ("GET /../x HTTP/1.1", ["Host: a"], "400", ""), ("GET / HTTP/1.1", [], "400", "Connection: close"),
        ("GET / HTTP/1.1", ["Host: a", "Host: b"], "400", ""), ("GET / HTTP/3.0", ["Host: a"], "505", ""),
        ("DELETE / HTTP/1.1", ["Host: a"], "405", "Allow: GET, HEAD"), ("TRACE / HTTP/1.1", ["Host: a"], "405", ""),
        ("OPTIONS * HTTP/1.1", ["Host: a"], "405", ""), ("GARBAGE", [], "400", ""),
        ("GET / HTTP/1.1", ["Host: a", "Range: bytes=3-7"], "206", "Content-Range: bytes 3-7/12"),
        ("GET / HTTP/1.1", ["Host: a", "Range: bytes=-4"], "206", "Content-Range: bytes 8-11/12"),
        ("GET / HTTP/1.1", ["Host: a", "Range: bytes=50-"], "416", "Content-Range: bytes */12"),
        ("GET / HTTP/1.1", ["Host: a", "Transfer-Encoding: gzip"], "501", ""),
    ]

    @Test("The static site answers as small web servers do", arguments: answers)
    func answersLikeOthers(line: String, headers: [String], status: String, field: String) async throws {
        let gateway = try await TestSite.gateway()
        let answer = try await TestConnection.exchange(
            TestSite.request(line, headers) + TestSite.request("GET /end HTTP/1.1", ["Host: a", "Connection: close"]),
            port: gateway.port)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(field.isEmpty || answer.contains("\r\n\(field)\r\n"))
        try await gateway.stop()
    }

    @Test("A page that has not changed is not sent again")
    func notModified() async throws {
        let gateway = try await TestSite.gateway()
        let first = try await TestConnection.exchange(
            TestSite.request("GET / HTTP/1.1", ["Host: a", "Connection: close"]), port: gateway.port)
        func field(_ name: String) -> String {
            first.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
                String($0.dropFirst(name.count + 2))
            }
                ?? ""
        }
        for condition in ["If-None-Match: \(field("ETag"))", "If-Modified-Since: \(field("Last-Modified"))"] {
            let answer = try await TestConnection.exchange(
                TestSite.request("GET / HTTP/1.1", ["Host: a", "Connection: close", condition]), port: gateway.port)
            #expect(status(answer) == "HTTP/1.1 304")
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
        try await gateway.stop()
    }

    @Test("Bodies are skipped, with lengths and in chunks, and 100-continue is given")
    func bodies() async throws {
        let gateway = try await TestSite.gateway()
        let answer = try await TestConnection.exchange(
            TestSite.request("POST / HTTP/1.1", ["Host: a", "Content-Length: 5"]) + "hello"
                + TestSite.request("PUT / HTTP/1.1", ["Host: a", "Transfer-Encoding: chunked"]) + "2\r\nab\r\n0\r\n\r\n"
                + TestSite.request("GET / HTTP/1.1", ["Host: a", "Connection: close"]), port: gateway.port)
        #expect(answer.ranges(of: "HTTP/1.1 405").count == 2)
        #expect(answer.hasSuffix(TestSite.page))
        let waiting = try await TestConnection.exchange(
            TestSite.request("POST / HTTP/1.1", ["Host: a", "Content-Length: 5", "Expect: 100-continue"]),
            port: gateway.port, until: "\r\n\r\n")
        #expect(waiting == "HTTP/1.1 100 Continue\r\n\r\n")
        try await gateway.stop()
    }

    @Test("A request that is followed by a raw FIN still gets its answer")
    func finBehindRequest() async throws {
        let gateway = try await TestSite.gateway()
        let connection = try await TestConnection.open(port: gateway.port)
        try await connection.write(TestSite.request("GET /big.bin HTTP/1.1") + TestSite.request("GET / HTTP/1.1"))
        connection.channel.close(mode: .output, promise: nil)
        var answer = ""
        for await part in connection.arrived { answer += String(buffer: part) }
        #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix(TestSite.page))
        await connection.close()
        try await gateway.stop()
    }
}
