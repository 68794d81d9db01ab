import Testing

@testable import HTTVPSProtocol

@Suite("Both ends of the tunnel")
struct MultiplexerSimulationTests {
    @Test(
        "deliver what was sent, never break the flow control, and end with nothing left",
        arguments: [[.binary, .flowControl], [.flowControl], [.binary], []] as [Capabilities], 1...8)
    func honestPeers(capabilities: Capabilities, seed: Int) throws {
        var tunnel = try SimulatedTunnel(capabilities: capabilities, seed: UInt64(seed))
        for _ in 0..<2_000 { try tunnel.step() }
        try tunnel.windDown()
        #expect(tunnel.activeStreams(.client) == 0)
        #expect(tunnel.activeStreams(.gateway) == 0)
        #expect(tunnel.finishedDirections > 10)
        #expect((tunnel.updates > 0) == capabilities.contains(.flowControl))
    }
}
