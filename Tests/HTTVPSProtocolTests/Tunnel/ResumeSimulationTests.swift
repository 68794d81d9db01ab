import Testing

@testable import HTTVPSProtocol

@Suite("A tunnel that is cut again and again")
struct ResumeSimulationTests {
    @Test("delivers every byte once, ends every stream once, and keeps nothing", arguments: 0..<6)
    func cuts(batch: Int) throws {
        var resumes = 0
        var whole = 0
        for seed in batch * 250..<(batch + 1) * 250 {
            var tunnel = try CutTunnel(seed: UInt64(seed))
            for _ in 0..<160 { try tunnel.step() }
            try tunnel.windDown()
            whole += try Self.compare(tunnel)
            resumes += tunnel.resumes
            let bound = CutTunnel.sessionBuffer + 2 * CutTunnel.maxStreams * CutTunnel.initialWindow
            #expect(tunnel.mostRetained <= bound, "seed \(seed)")
        }
        #expect(resumes > 250)
        #expect(whole > 250)
    }

    private static func compare(_ tunnel: CutTunnel) throws -> Int {
        let client = try #require(tunnel.ends[.client])
        let gateway = try #require(tunnel.ends[.gateway])
        for end in [client, gateway] {
            #expect(end.multiplexer.streams.isEmpty)
            #expect(end.multiplexer.retainedBytes == 0)
            #expect(end.multiplexer.extendedBytes == 0)
            #expect(!end.multiplexer.hasRepeats)
        }
        var whole = 0
        for id in client.opened where !client.closed.contains(id) && !gateway.closed.contains(id) {
            #expect(client.read[id, default: 0] == gateway.written[id, default: 0])
            #expect(gateway.read[id, default: 0] == client.written[id, default: 0])
            #expect(client.gotFinish.contains(id))
            #expect(gateway.gotFinish.contains(id))
            whole += 1
        }
        for id in client.closed.symmetricDifference(gateway.closed) {
            let other = client.closed.contains(id) ? gateway : client
            #expect(!other.opened.contains(id) || other.gotFinish.contains(id))
        }
        return whole
    }
}
