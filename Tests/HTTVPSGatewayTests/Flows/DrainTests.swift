import Foundation
import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct DrainTests {
    private let target = TargetAddress("127.0.0.1:7")

    private func isGoaway(_ frame: Frame) -> Bool { if case .goaway = frame { true } else { false } }

    private func grace(_ client: TestTunnel) async throws -> UInt64? {
        let frames = try await client.frames(until: isGoaway)
        guard case .goaway(_, let seconds) = frames.last else { return nil }
        return seconds
    }

    @Test("A session that waits for a resume with no stream open does not hold up the end")
    func waitingWithoutStreams() async throws {
        var options = TestGateway.Options.echo
        options.sessions.drainGrace = .seconds(600)
        let gateway = try await TestGateway.start(options)
        let client = try await ResumingClient.open(port: gateway.port)
        await client.cut()
        try await eventually { gateway.metrics.sessionsWaiting.value == 1 }
        try await gateway.stop()
        #expect(gateway.metrics.sessionsEnded[.draining].value == 1)
        #expect(gateway.controlPlane.with { $0.reports.last?.closeReason } == "draining")
    }

    @Test("One that waits with streams open may come back until the limit, and ends with it if it does not")
    func waitingWithStreams() async throws {
        var options = TestGateway.Options.echo
        options.sessions.drainGrace = .seconds(6)
        let gateway = try await TestGateway.start(options)
        let clients = [
            try await ResumingClient.open(port: gateway.port),
            try await ResumingClient.open(port: gateway.port, device: "dev_2"),
        ]
        for client in clients {
            let id = try client.open(sending: 10, finishes: false)
            try await client.run { $0.transfers[id]?.received == 10 }
            await client.cut()
        }
        try await eventually { gateway.metrics.sessionsWaiting.value == 2 }
        await gateway.beginShutdown()
        try await clients[0].resume()
        try await clients[0].run { $0.goaways == 1 }
        #expect(try await clients[0].tunnel.error().code == "draining")
        await clients[0].tunnel.connection.close()
        try await gateway.stop()
        #expect(gateway.metrics.sessionsEnded[.draining].value == 2)
        #expect(gateway.metrics.streamsActive.value == 0)
        let told = gateway.controlPlane.with { backend in
            ["ses_1", "ses_2"].map { backend.usage.total(of: $0) }
        }
        #expect(told == Array(repeating: .init(up: 10, down: 10, streams: 1), count: 2))
    }

    @Test("A repeated goaway names the grace that is left, not a new one")
    func graceLeft() async throws {
        var options = TestGateway.Options.echo
        options.sessions.drainGrace = .seconds(30)
        let gateway = try await TestGateway.start(options)
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open(sending: 10, finishes: false)
        try await client.run { $0.transfers[id]?.received == 10 }
        await gateway.beginShutdown()
        let first = try #require(try await grace(client.tunnel))
        try await Task.sleep(for: .milliseconds(1_100))
        await client.cut()
        try await client.resume()
        let left = try #require(try await grace(client.tunnel))
        #expect(first <= 30 && left < first)
        try await client.tunnel.close()
        try await gateway.stop()
    }

    @Test("The backend away, a drain ends all the same, and what could not be reported stays in the journal")
    func backendAway() async throws {
        var options = TestGateway.Options.echo
        options.sessions.drainGrace = .milliseconds(300)
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        gateway.controlPlane.with { $0.isDown = true }
        let data = ByteBuffer(repeating: 1, count: 777)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: data))
        _ = try await tunnel.frames { if case .streamData = $0 { true } else { false } }
        await gateway.beginShutdown()
        #expect(try await tunnel.error().code == "draining")
        await tunnel.connection.close()
        try await gateway.stop()
        let left = try sessions(in: gateway.stateDirectory)
        #expect(left.map(\.bytesUp) == [777] && left.map(\.bytesDown) == [777])
        #expect(left.map(\.closeReason) == ["draining"])
    }

    private func sessions(in directory: String) throws -> [SessionUsage] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".counters") }
        return try names.flatMap { name in
            let data = try #require(FileManager.default.contents(atPath: "\(directory)/\(name)"))
            return CounterFileLayout.decode([UInt8](data))?.sessions ?? []
        }
    }
}
