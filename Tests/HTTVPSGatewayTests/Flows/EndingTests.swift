import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct EndingTests {
    @Test("A drain says goaway, refuses new streams and sessions, lets open streams end and then goes down")
    func drain() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let target = TargetAddress("127.0.0.1:7")
        try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer(string: "a")))
        _ = try await tunnel.frames { if case .streamData = $0 { true } else { false } }
        await gateway.beginShutdown()
        let goaway = try #require(
            try await tunnel.frames { if case .goaway = $0 { true } else { false } }.last)
        #expect(goaway == .goaway(reason: "draining", graceSeconds: 30))
        try await tunnel.send(.streamOpen(.number(2), target: target, data: ByteBuffer()))
        guard case .streamClose(.number(2), .draining, _) = try await tunnel.nextFrame() else {
            Issue.record("the new stream was not refused")
            return
        }
        let late = try await TestTunnel.upgrade(port: gateway.port)
        try await late.send(text: Hello(deviceID: "dev_2", token: "t").encoded())
        #expect(try await late.error().code == "draining")
        await late.connection.close()
        try await tunnel.send(.streamData(.number(1), ByteBuffer(string: "b")), .streamFinish(.number(1)))
        _ = try await tunnel.frames { $0 == .streamFinish(.number(1)) }
        let (code, close) = try await tunnel.error()
        #expect(code == "draining" && close?.code == .goingAway)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A drain ends the sessions that are left when its grace is over")
    func drainDeadline() async throws {
        var options = TestGateway.Options.echo
        options.sessions.drainGrace = .milliseconds(300)
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: TargetAddress("127.0.0.1:7"), data: ByteBuffer()))
        _ = try await tunnel.nextFrame()
        await gateway.beginShutdown()
        #expect(try await tunnel.error().code == "draining")
        await tunnel.connection.close()
        try await gateway.stop()
        #expect(gateway.metrics.streamsActive.value == 0)
    }

    @Test(
        "A revoked session ends with revoked or quota_exceeded, the backend's reason as message",
        arguments: [("replaced", "revoked"), ("quota_exceeded", "quota_exceeded"), ("blocked", "revoked")])
    func revoked(reason: String, expected: String) async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        gateway.table.revoke(sessionID: "ses_1", reason: reason)
        #expect(try await tunnel.nextFrame() == .error(code: expected, message: reason, stream: nil))
        #expect(try await tunnel.next() == .close(WebSocketClose(code: .policyViolation, reason: expected)))
        await tunnel.connection.close()
        try await gateway.stop()
        #expect(gateway.controlPlane.with { $0.reports.last?.closeReason } == reason)
    }

    @Test("Streams wait when the lease is spent and go on with a new one")
    func lease() async throws {
        let controlPlane = TestBackend()
        controlPlane.with { $0.leaseBytes = 20_000 }
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(
            .streamOpen(
                .number(1), target: TargetAddress("127.0.0.1:7"), data: ByteBuffer(repeating: 1, count: 65_536)))
        var bytes = 0
        while bytes < 65_536 {
            if case .streamData(_, let data) = try await tunnel.nextFrame() { bytes += data.readableBytes }
        }
        #expect(bytes == 65_536)
        #expect(controlPlane.with { $0.reports.count } >= 6)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A session whose lease stays spent ends with quota_exceeded")
    func leaseSpent() async throws {
        let controlPlane = TestBackend()
        controlPlane.with {
            $0.leaseBytes = 0
            $0.leaseSeconds = 1
        }
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(
            .streamOpen(.number(1), target: TargetAddress("127.0.0.1:7"), data: ByteBuffer(string: "a")))
        let (code, close) = try await tunnel.error()
        #expect(code == "quota_exceeded" && close?.code == .policyViolation)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A transport that breaks takes its session and streams with it")
    func transportLost() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: TargetAddress("127.0.0.1:7"), data: ByteBuffer()))
        _ = try await tunnel.nextFrame()
        await tunnel.connection.close()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 0 })
        #expect(gateway.metrics.streamsActive.value == 0)
        try await gateway.stop()
        #expect(gateway.controlPlane.with { $0.reports.last?.final } == true)
    }
}
