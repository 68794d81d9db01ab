import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("A local proxy's limits")
struct LocalProxyLimitsTests {
    private final class Crowd: Sendable {
        let inside = Mutex(0)
    }

    @Test("let no application hold a connection without a request", arguments: [LocalProxy.Kind.socks5, .http])
    func handshake(_ kind: LocalProxy.Kind) async throws {
        let gateway = try await FakeGateway()
        var proxy = LocalProxyConfiguration(kind, port: 0)
        proxy.handshakeTimeout = .seconds(4)
        let limited = proxy
        try await withTunnel(gateway.configuration()) { tunnel in
            let port = try await tunnel.startProxy(limited).port
            try await withThrowingTaskGroup(of: Int.self) { group in
                for start in ["", "\u{5}\u{2}", "GET http://slow.test/ HTTP/1.1\r\nA: "] {
                    group.addTask {
                        try await LocalSocket.with(port: port) { reader, writer in
                            try await writer.write(ByteBuffer(string: start))
                            return try await reader.all().readableBytes
                        }
                    }
                }
                for try await count in group { #expect(count == 0) }
            }
        }
        try await gateway.close()
    }

    @Test("hold for the request alone: a quiet stream lives on past them")
    func quiet() async throws {
        let gateway = try await FakeGateway()
        var proxy = LocalProxyConfiguration(.socks5, port: 0)
        proxy.handshakeTimeout = .seconds(8)
        let limited = proxy
        try await withTunnel(gateway.configuration()) { tunnel in
            try await tunnel.openStream(to: "warm.test", port: 1).close()
            let port = try await tunnel.startProxy(limited).port
            try await LocalSocket.with(port: port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: LocalProxyTests.socks("echo.test")))
                #expect(try await reader.exactly(12) == LocalProxyTests.accepted)
                try await Task.sleep(for: .milliseconds(8_300))
                try await writer.write(ByteBuffer(string: "late"))
                #expect(try await reader.exactly(4) == Array("late".utf8))
            }
        }
        try await gateway.close()
    }

    @Test("close a connection that nothing moves on, where that is asked for")
    func idle() async throws {
        let gateway = try await FakeGateway()
        var proxy = LocalProxyConfiguration(.socks5, port: 0)
        proxy.idleTimeout = .seconds(1)
        let limited = proxy
        try await withTunnel(gateway.configuration()) { tunnel in
            try await tunnel.openStream(to: "warm.test", port: 1).close()
            let port = try await tunnel.startProxy(limited).port
            let rest = try await LocalSocket.with(port: port) { reader, writer in
                try await writer.write(ByteBuffer(bytes: LocalProxyTests.socks("quiet.test")))
                #expect(try await reader.exactly(12) == LocalProxyTests.accepted)
                return try await reader.all()
            }
            #expect(rest.readableBytes == 0)
            try await eventually { gateway.ledger.withLock { $0.closed["quiet.test"] == .normal } }
        }
        try await gateway.close()
    }

    @Test("let further applications wait until another one ends")
    func cap() async throws {
        let gateway = try await FakeGateway()
        var proxy = LocalProxyConfiguration(.socks5, port: 0)
        proxy.maximumConnections = 2
        let limited = proxy
        let crowd = Crowd()
        try await withTunnel(gateway.configuration()) { tunnel in
            let port = try await tunnel.startProxy(limited).port
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await LocalSocket.with(port: port) { reader, writer in
                            try await writer.write(ByteBuffer(bytes: LocalProxyTests.socks("echo.test") + [7]))
                            #expect(try await reader.exactly(13) == LocalProxyTests.accepted + [7])
                            let count = crowd.inside.withLock { inside in
                                inside += 1
                                return inside
                            }
                            #expect(count <= 2)
                            try await Task.sleep(for: .milliseconds(5))
                            crowd.inside.withLock { $0 -= 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try await gateway.close()
    }

    @Test("survive garbage")
    func garbage() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            for kind in [LocalProxy.Kind.socks5, .http] {
                let port = try await tunnel.startProxy(kind, port: 0).port
                for seed in 0..<20 {
                    let bytes = (0..<2_000).map { UInt8(truncatingIfNeeded: ($0 &* 131 &+ seed &* 7_919) >> 3) }
                    try await LocalSocket.with(port: port) { _, writer in
                        try? await writer.write(ByteBuffer(bytes: bytes))
                        writer.finish()
                    }
                }
                let stream = try await tunnel.openStream(to: "echo.test", port: 1)
                try await stream.write(ByteBuffer(string: "unharmed"))
                #expect(try await stream.read() == ByteBuffer(string: "unharmed"))
            }
        }
        try await gateway.close()
    }

    @Test(
        "refuse addresses that other machines reach, unless a password or the owner's word stands for it",
        arguments: ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
    func addresses(host: String) throws {
        var proxy = LocalProxyConfiguration(.http, port: 0)
        proxy.host = host
        #expect(throws: ClientError.self) { try proxy.validate() }
        proxy.servesOthers = true
        try proxy.validate()
        proxy.servesOthers = false
        proxy.credentials = try LocalProxyCredentials(user: "anna", password: "secret")
        try proxy.validate()
    }

    @Test(
        "take every spelling of this machine's own addresses",
        arguments: ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
    func loopback(host: String) throws {
        var proxy = LocalProxyConfiguration(.socks5, port: 1_080)
        proxy.host = host
        try proxy.validate()
    }

    @Test("name what is wrong with a configuration")
    func configuration() {
        for (port, room) in [(-1, 1), (65_536, 1), (1, 0)] {
            var proxy = LocalProxyConfiguration(.socks5, port: port)
            proxy.maximumConnections = room
            #expect(throws: ClientError.self) { try proxy.validate() }
        }
    }
}
