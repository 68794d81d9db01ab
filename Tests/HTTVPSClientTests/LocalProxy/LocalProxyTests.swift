import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("Local proxies through a gateway")
struct LocalProxyTests {
    static func socks(_ host: String, _ port: UInt16 = 80) -> [UInt8] {
        [5, 1, 0, 5, 1, 0, 3, UInt8(host.utf8.count)] + Array(host.utf8) + [UInt8(port >> 8), UInt8(port & 255)]
    }

    static let accepted: [UInt8] = [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    @Test("carry bytes both ways and hold a half-close, with either encoding", arguments: [true, false])
    func echo(binary: Bool) async throws {
        let gateway = try await FakeGateway(.init(capabilities: binary ? [.binary, .flowControl] : [.flowControl]))
        let payload = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0)
            let echoed = try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: Self.socks("echo.test") + payload))
                writer.finish()
                #expect(try await reader.exactly(12) == Self.accepted)
                return Array(buffer: try await reader.all())
            }
            #expect(echoed == payload)
        }
        #expect(gateway.ledger.withLock { $0.finished.contains("echo.test") })
        try await gateway.close()
    }

    @Test("carry an HTTP CONNECT and a plain request")
    func http() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.http, port: 0)
            let connected = try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(string: "CONNECT echo.test:443 HTTP/1.1\r\n\r\nhello"))
                writer.finish()
                return String(buffer: try await reader.all())
            }
            #expect(connected == "HTTP/1.1 200 Connection established\r\n\r\nhello")
            let forwarded = try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(string: "GET http://echo.test/x HTTP/1.1\r\nHost: echo.test\r\n\r\n"))
                writer.finish()
                return String(buffer: try await reader.all())
            }
            #expect(forwarded == "GET /x HTTP/1.1\r\nHost: echo.test\r\nConnection: close\r\n\r\n")
        }
        try await gateway.close()
    }

    @Test("end a connection whose application has ended, when all streams are taken and another one comes")
    func makesRoom() async throws {
        let gateway = try await FakeGateway(.init(maxStreams: 2))
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0)
            try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: Self.socks("standing.test")))
                #expect(try await reader.exactly(12) == Self.accepted)
                try await LocalSocket.with(port: proxy.port) { _, ended in
                    try await ended.write(ByteBuffer(bytes: Self.socks("ended.test") + [1]))
                    ended.finish()
                    try await eventually { gateway.ledger.withLock { $0.finished.contains("ended.test") } }
                    let echoed = try await LocalSocket.with(port: proxy.port) { reader, writer in
                        try await writer.write(ByteBuffer(bytes: Self.socks("echo.test") + [7]))
                        writer.finish()
                        return Array(buffer: try await reader.all())
                    }
                    #expect(echoed == Self.accepted + [7])
                }
                let closed = gateway.ledger.withLock { $0.closed }
                #expect(closed["ended.test"] == .normal && closed["standing.test"] == nil)
            }
        }
        try await gateway.close()
    }

    @Test("let a stalled reader stop no other stream, and ask for no more than its window")
    func stalledReader() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0)
            try await LocalSocket.with(port: proxy.port) { stalled, stalledWriter in
                try await stalledWriter.write(ByteBuffer(bytes: Self.socks("source.test", 65_000)))
                #expect(try await stalled.exactly(12) == Self.accepted)
                let got = try await LocalSocket.with(port: proxy.port) { reader, writer in
                    try await writer.write(ByteBuffer(bytes: Self.socks("source.test", 4_000)))
                    #expect(try await reader.exactly(12) == Self.accepted)
                    return try await reader.all().readableBytes
                }
                #expect(got == 4_000 * 1_024)
            }
        }
        try await gateway.close()
    }

    @Test("stop reading an application whose far end takes nothing")
    func stalledTarget() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0)
            try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: Self.socks("stall.test")))
                #expect(try await reader.exactly(12) == Self.accepted)
                let flood = Task {
                    for _ in 0..<256 { try await writer.write(ByteBuffer(repeating: 1, count: 65_536)) }
                }
                try await eventually { gateway.ledger.withLock { $0.received["stall.test"] == 65_536 } }
                let echoed = try await tunnel.openStream(to: "echo.test", port: 1)
                try await echoed.write(ByteBuffer(string: "still here"))
                #expect(try await echoed.read() == ByteBuffer(string: "still here"))
                #expect(gateway.ledger.withLock { $0.received["stall.test"] } == 65_536)
                flood.cancel()
            }
        }
        try await gateway.close()
    }

    @Test("name the gateway's reason where they wait for the target")
    func reasons() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0, repliesAtOnce: false)
            for (host, code) in [("denied.test", UInt8(2)), ("unreachable.test", 4), ("echo.test", 0)] {
                try await LocalSocket.with(port: proxy.port) { reader, writer in
                    try await writer.write(ByteBuffer(bytes: Self.socks(host)))
                    #expect(try await reader.exactly(4) == [5, 0, 5, code])
                }
            }
        }
        try await gateway.close()
    }

    @Test("close a stream with its application's connection")
    func abandoned() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let proxy = try await tunnel.startProxy(.socks5, port: 0)
            try await LocalSocket.with(port: proxy.port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: Self.socks("source.test", 65_000)))
                _ = try await reader.exactly(2_000)
            }
            try await eventually { gateway.ledger.withLock { $0.closed["source.test"] == .normal } }
        }
        try await gateway.close()
    }
}
