import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("A tunnel with several gateways")
struct FailoverTests {
    static let dead = GatewayAddress(host: "127.0.0.1", port: 1, path: "/ws", isSecure: true)

    static func echoes(_ tunnel: Tunnel, _ text: String) async throws -> Bool {
        let stream = try await tunnel.openStream(to: "echo.test", port: 1)
        try await stream.write(ByteBuffer(string: text))
        return try await stream.read() == ByteBuffer(string: text)
    }

    @Test("passes over the dead and the silent ones")
    func passesOver() async throws {
        let gateway = try await FakeGateway()
        let site = try await CarrierSite(before: gateway)
        let silent = try await CarrierSite(.init(isSilent: true))
        var configuration = site.configuration()
        configuration.gateways = [Self.dead, silent.address, site.address]
        configuration.connectTimeout = .seconds(5)
        configuration.openTimeout = .seconds(120)
        configuration.reconnectPauses = .milliseconds(1)...(.milliseconds(20))
        let isThrough = try await withTunnel(configuration) { try await Self.echoes($0, "third time lucky") }
        #expect(isThrough)
        try await silent.close()
        try await site.close()
        try await gateway.close()
    }

    @Test("moves on where one refuses for a reason of its own")
    func movesOn() async throws {
        let full = try await FakeGateway(.init(refusal: "overloaded"))
        let roomy = try await FakeGateway()
        var configuration = roomy.configuration()
        configuration.gateways = [full.address, roomy.address]
        let isThrough = try await withTunnel(configuration) { try await Self.echoes($0, "room") }
        #expect(isThrough)
        #expect(full.ledger.withLock { $0.hellos.count } == 1)
        try await full.close()
        try await roomy.close()
    }

    @Test("carries streams over the carrier that was chosen", arguments: CarrierPreference.allCases)
    func carriers(_ preference: CarrierPreference) async throws {
        let gateway = try await FakeGateway()
        let site = try await CarrierSite(before: gateway)
        try await withTunnel(site.configuration(preference)) { tunnel in
            let stream = try await tunnel.openStream(to: "source.test", port: 3_000)
            var count = 0
            for try await piece in stream { count += piece.readableBytes }
            #expect(count == 3_000 * 1_024)
            let isThrough = try await Self.echoes(tunnel, "still there")
            #expect(isThrough)
        }
        #expect(site.visits.withLock { $0.map(\.kind) } == [preference == .http1 ? .http1 : .http2])
        try await site.close()
        try await gateway.close()
    }
}
