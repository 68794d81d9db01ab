import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("The end of a pause", .timeLimit(.minutes(5)))
struct PauseEndTests {
    @Test("is the end of the streams once the window is over")
    func windowOver() async throws {
        let gateway = try await FakeGateway(.resuming)
        let clock = LeapingClock()
        try await withTunnel(gateway.configuration(), clock: clock.clock) { tunnel in
            let record = StateRecord(tunnel)
            let stream = try await tunnel.openStream(to: "echo.test", port: 1)
            try await PauseTests.echo("before", on: stream)
            try await gateway.stopListening()
            let error = await #expect(throws: ClientError.self) { try await stream.read() }
            #expect(error?.reason == "internal")
            try await eventually { record.count("waiting") > 0 }
            #expect(record.count("paused") == 1 && record.count("resumed") == 0)
        }
    }

    @Test("comes at once when the tunnel is stopped")
    func stop() async throws {
        let gateway = try await FakeGateway(.resuming)
        let tunnel = try Tunnel(
            gateway.configuration(), clock: TunnelClock(sleep: { _ in try await Task.sleep(for: .seconds(3_600)) }))
        let run = Task { try await tunnel.run() }
        let stream = try await tunnel.openStream(to: "echo.test", port: 1)
        try await PauseTests.echo("before", on: stream)
        try await gateway.stopListening()
        try await eventually { await tunnel.statistics.isPaused }
        tunnel.stop()
        try await run.value
        let error = await #expect(throws: ClientError.self) { try await stream.read() }
        #expect(error?.message == "the tunnel was stopped")
    }

    @Test("comes at once for a reader and a writer who no longer want to wait")
    func cancelled() async throws {
        let gateway = try await FakeGateway(.resuming)
        let tunnel = try Tunnel(
            gateway.configuration(), clock: TunnelClock(sleep: { _ in try await Task.sleep(for: .seconds(3_600)) }))
        let run = Task { try await tunnel.run() }
        let stream = try await tunnel.openStream(to: "echo.test", port: 1)
        try await PauseTests.echo("before", on: stream)
        try await gateway.stopListening()
        try await eventually { await tunnel.statistics.isPaused }
        let reading = Task { try await stream.read() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        let writing = Task { try await stream.write(ByteBuffer(string: "never")) }
        writing.cancel()
        await #expect(throws: ClientError.self) { try await writing.value }
        tunnel.stop()
        try await run.value
    }

    @Test("comes by itself where the gateway stood still and goes on")
    func frozen() async throws {
        var behaviour = FakeGateway.Behaviour.resuming
        behaviour.keepaliveSeconds = 2
        let gateway = try await FakeGateway(behaviour)
        try await withTunnel(gateway.configuration()) { tunnel in
            let record = StateRecord(tunnel)
            let stream = try await tunnel.openStream(to: "echo.test", port: 1)
            try await PauseTests.echo("before", on: stream)
            gateway.freeze()
            let writing = Task { try await stream.write(ByteBuffer(string: "while frozen")) }
            try await eventually { record.count("paused") >= 1 }
            gateway.thaw()
            try await eventually { record.count("resumed") >= 1 }
            try await writing.value
            #expect(try await stream.read() == ByteBuffer(string: "while frozen"))
        }
        try await gateway.close()
    }

    @Test("comes on a new carrier where the old one has gone silent")
    func silent() async throws {
        var behaviour = FakeGateway.Behaviour.resuming
        behaviour.keepaliveSeconds = 2
        let gateway = try await FakeGateway(behaviour)
        try await withTunnel(gateway.configuration()) { tunnel in
            let stream = try await tunnel.openStream(to: "echo.test", port: 1)
            try await PauseTests.echo("before", on: stream)
            await gateway.deafen()
            try await PauseTests.echo("behind", on: stream)
            #expect(gateway.ledger.withLock { $0.resumed } >= 1)
        }
        try await gateway.close()
    }

    @Test("comes for a session behind goaway too")
    func goaway() async throws {
        let gateway = try await FakeGateway(.resuming)
        try await withTunnel(gateway.configuration()) { tunnel in
            let old = try await tunnel.openStream(to: "echo.test", port: 1)
            try await PauseTests.echo("1", on: old)
            gateway.send(.goaway(reason: "draining", graceSeconds: 30))
            try await eventually { await tunnel.statistics.sessionID == "ses_2" }
            let new = try await tunnel.openStream(to: "echo.test", port: 1)
            try await PauseTests.echo("2", on: new)
            gateway.dropConnections()
            try await eventually { gateway.ledger.withLock { $0.resumed == 2 } }
            try await PauseTests.echo("3", on: old)
            try await PauseTests.echo("4", on: new)
        }
        try await gateway.close()
    }

    @Test("may come with goaway: open streams go on, new ones go to a new session")
    func goawayInPause() async throws {
        let gateway = try await FakeGateway(.resuming)
        try await withTunnel(gateway.configuration()) { tunnel in
            let old = try await tunnel.openStream(to: "echo.test", port: 1)
            try await PauseTests.echo("1", on: old)
            gateway.change { $0.goesAwayAfterResume = true }
            gateway.dropConnections()
            try await eventually { await tunnel.statistics.sessionID == "ses_3" }
            try await PauseTests.echo("2", on: old)
            try await PauseTests.echo("3", on: try await tunnel.openStream(to: "echo.test", port: 1))
        }
        try await gateway.close()
    }
}
