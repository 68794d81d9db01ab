import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import NIOHPACK
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct NewcomerTests {
    private static let most = HTTP2Limits().unauthenticatedSockets

    private func status(_ http2: TestHTTP2) async throws -> (TestStream, String) {
        let stream = try await http2.stream()
        try await stream.send(HTTP2Tests.connect("/ws"), endStream: false)
        for await event in stream.events {
            if case .headers(let headers, _) = event { return (stream, headers.first(name: ":status") ?? "") }
        }
        return (stream, "")
    }

    @Test("Past so many WebSockets without a session, a connection's upgrades are answered by the site")
    func perConnection() async throws {
        let gateway = try await TestSite.gateway()
        let http2 = try await TestHTTP2.open(port: gateway.port)
        var held: [TestStream] = []
        for _ in 0..<Self.most {
            let (stream, status) = try await status(http2)
            #expect(status == "200")
            held.append(stream)
        }
        #expect(try await status(http2).1 == "404")
        #expect(gateway.metrics.limits[.unauthenticated].value == 1)
        let other = try await TestHTTP2.open(port: gateway.port)
        #expect(try await status(other).1 == "200")
        try? await held.removeLast().channel.close()
        #expect(try await Poll.until(within: .seconds(60)) { try await status(http2).1 == "200" })
        await other.close()
        await http2.close()
        try await gateway.stop()
    }

    @Test("A WebSocket with a session makes room for the next")
    func withSessions() async throws {
        let gateway = try await TestSite.gateway()
        let http2 = try await TestHTTP2.open(port: gateway.port)
        var tunnels: [TestTunnel] = []
        for number in 0..<(Self.most + 8) {
            tunnels.append(try await TestTunnel.open(over: http2, device: "dev_\(number)"))
        }
        #expect(gateway.metrics.limits[.unauthenticated].value == 0)
        await http2.close()
        try await gateway.stop()
    }

    @Test("All connections of an address share a number of such WebSockets")
    func perAddress() async throws {
        var options = TestGateway.Options.echo
        options.maxConnectionsPerAddress = 3
        let gateway = try await TestGateway.start(options)
        let first = try await TestHTTP2.open(port: gateway.port)
        let second = try await TestHTTP2.open(port: gateway.port)
        #expect(try await status(first).1 == "200")
        #expect(try await status(first).1 == "200")
        #expect(try await status(second).1 == "200")
        #expect(try await status(second).1 == "404")
        await #expect(throws: TestTunnel.NotUpgraded.self) { try await TestTunnel.upgrade(port: gateway.port) }
        await first.close()
        #expect(try await Poll.until(within: .seconds(60)) { try await status(second).1 == "200" })
        await second.close()
        try await gateway.stop()
    }
}
