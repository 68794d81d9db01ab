import HTTVPSProtocol
import NIOCore
import NIOHPACK
import NIOHTTP2
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct HTTP2Tests {
    static func get(_ path: String, method: String = "GET") -> [(String, String)] {
        [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
    }

    static func connect(_ path: String, version: String? = "13", protocolName: String = "websocket") -> [(
        String, String
    )] {
        [
            (":method", "CONNECT"), (":protocol", protocolName), (":scheme", "https"), (":path", path),
            (":authority", "localhost"),
        ] + (version.map { [("sec-websocket-version", $0)] } ?? [])
    }

    @Test("Requests over HTTP/2 are answered by the same site")
    func requests() async throws {
        let gateway = try await TestSite.gateway()
        let connection = try await TestHTTP2.open(port: gateway.port)
        let page = try await connection.request(Self.get("/"))
        #expect(page.status == "200" && page.body == TestSite.page && page.hasEnded)
        #expect(page.headers.first(name: "connection") == nil)
        let head = try await connection.request(Self.get("/", method: "HEAD"))
        #expect(head.status == "200" && head.body == "" && head.headers.first(name: "content-length") == "12")
        #expect(try await connection.request(Self.get("/none")).status == "404")
        #expect(try await connection.request(Self.get("/", method: "POST"), body: "hello").status == "405")
        #expect(try await connection.request(Self.get("/big.bin")).body.utf8.count == 1 << 20)
        let tunnel = try await connection.request([(":method", "CONNECT"), (":authority", "localhost:443")])
        #expect(tunnel.status == "405")
        await connection.close()
        try await gateway.stop()
    }

    @Test(
        "Extended CONNECTs that are not correct upgrades are answered by the site, with an end",
        arguments: [
            connect("/other"), connect("/WS"), connect("/ws", version: "12"), connect("/ws", version: nil),
            connect("/ws", protocolName: "connect-udp"), get("/ws"),
        ])
    func refused(fields: [(String, String)]) async throws {
        let gateway = try await TestSite.gateway()
        let connection = try await TestHTTP2.open(port: gateway.port)
        let stream = try await connection.stream()
        try await stream.send(fields, endStream: fields[0].1 == "GET")
        let answer = await stream.answer()
        #expect(answer.status == "404" && answer.hasEnded && answer.body.contains("Not Found"))
        #expect(try await connection.request(Self.get("/")).status == "200")
        await connection.close()
        try await gateway.stop()
    }

    @Test("A session runs over an extended CONNECT, and END_STREAM behind its close frame answers")
    func session() async throws {
        let gateway = try await TestSite.gateway()
        let connection = try await TestHTTP2.open(port: gateway.port)
        let stream = try await connection.stream()
        try await stream.send(Self.connect("/ws?x"), endStream: false)
        var encoder = WebSocketFrameEncoder(role: .client)
        try await stream.send(encoder.encode(.text, Hello(deviceID: "dev_1", token: "t").encoded()))
        var text = ""
        var status = ""
        var hasEnded = false
        for await event in stream.events {
            switch event {
            case .headers(let headers, _): status = headers.first(name: ":status") ?? ""
            case .data(let bytes, let endStream):
                text += String(buffer: bytes)
                hasEnded = endStream
                if text.contains("auth_result"), gateway.table.count == 1, !endStream {
                    try await stream.send(encoder.encode(WebSocketClose(code: .normal)))
                }
            case .reset(let code): Issue.record("reset \(code)")
            }
            if hasEnded { break }
        }
        #expect(status == "200" && hasEnded && gateway.table.count == 0)
        #expect(try await connection.request(Self.get("/")).status == "200")
        await connection.close()
        try await gateway.stop()
    }
}
