import Foundation
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct DecoyTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let upgrade = [
        "Host: localhost", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: \(key)",
    ]

    private static let refused: [(String, [String])] = {
        func without(_ name: String) -> [String] { upgrade.filter { !$0.hasPrefix(name) } }
        let line = "GET /ws HTTP/1.1"
        return [
            ("GET /other HTTP/1.1", upgrade), ("POST /ws HTTP/1.1", upgrade + ["Content-Length: 0"]),
            (line, without("Sec-WebSocket-Version")),
            (line, without("Sec-WebSocket-Version") + ["Sec-WebSocket-Version: 12"]),
            (line, without("Sec-WebSocket-Key") + ["Sec-WebSocket-Key: short"]), (line, without("Connection")),
            (line, ["Host: localhost", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"]),
            ("CONNECT localhost:443 HTTP/1.1", ["Host: localhost"]),
        ]
    }()

    private func site() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("decoy-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try "<p>hello</p>".write(
            to: folder.appendingPathComponent("index.html"), atomically: true, encoding: .utf8)
        return folder.path
    }

    private func gateway() async throws -> TestGateway {
        var options = TestGateway.Options.echo
        options.decoyDirectory = try site()
        return try await TestGateway.start(options)
    }

    private func exchange(_ requests: String..., port: Int, until text: String) async throws -> String {
        let connection = try await TestConnection.open(port: port)
        for request in requests { try await connection.write(request) }
        var answer = ""
        for await part in connection.arrived {
            answer += String(buffer: part)
            if answer.contains(text) { break }
        }
        await connection.close()
        return answer
    }

    private func request(_ line: String, _ headers: [String]) -> String {
        ([line] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test("The decoy serves its folder, and 404 elsewhere")
    func site() async throws {
        let gateway = try await gateway()
        let home = try await exchange(
            request("GET / HTTP/1.1", ["Host: localhost"]), port: gateway.port, until: "</p>")
        #expect(home.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(home.hasSuffix("<p>hello</p>"))
        let missing = try await exchange(
            request("GET /ws HTTP/1.1", ["Host: localhost"]), port: gateway.port, until: "</h1>")
        #expect(missing.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        try await gateway.stop()
    }

    @Test(
        "Upgrades that are not correct are answered by the decoy, and the connection goes on",
        arguments: refused)
    func refusedUpgrades(line: String, headers: [String]) async throws {
        let gateway = try await gateway()
        let answer = try await exchange(
            request(line, headers), request("GET / HTTP/1.1", ["Host: localhost"]), port: gateway.port, until: "</p>")
        #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(answer.contains("HTTP/1.1 200 OK\r\n"))
        try await gateway.stop()
    }

    @Test("An upgrade behind an answer of the decoy on the same connection works, a query is ignored")
    func upgradeAfterDecoy() async throws {
        let gateway = try await gateway()
        let answer = try await exchange(
            request("GET / HTTP/1.1", ["Host: localhost"]), request("GET /ws?a=b HTTP/1.1", Self.upgrade),
            port: gateway.port, until: "101 Switching Protocols")
        #expect(answer.contains("<p>hello</p>HTTP/1.1 101 Switching Protocols\r\n"))
        try await gateway.stop()
    }

    @Test("What is no HTTP gets 400 and the end; Connection: close is obeyed; HEAD has no body")
    func oddRequests() async throws {
        let gateway = try await gateway()
        let garbage = try await exchange("NONSENSE\r\n\r\n", port: gateway.port, until: "never")
        #expect(garbage.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        let closed = try await exchange(
            request("GET / HTTP/1.1", ["Host: localhost", "Connection: close"]), port: gateway.port, until: "never")
        #expect(closed.hasSuffix("<p>hello</p>"))
        let head = try await exchange(
            request("HEAD / HTTP/1.1", ["Host: localhost", "Connection: close"]), port: gateway.port, until: "never")
        #expect(head.hasSuffix("\r\n\r\n"))
        #expect(head.lowercased().contains("content-length: 12\r\n"))
        try await gateway.stop()
    }
}
