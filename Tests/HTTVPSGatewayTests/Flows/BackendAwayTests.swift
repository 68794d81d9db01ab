import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct BackendAwayTests {
    private let target = TargetAddress("127.0.0.1:7")

    private func echo(_ tunnel: TestTunnel, _ number: UInt32, _ count: Int, opens: Bool = true) async throws {
        let data = ByteBuffer(repeating: 1, count: count)
        let id = StreamID.number(number)
        try await tunnel.send(opens ? .streamOpen(id, target: target, data: data) : .streamData(id, data))
        try await take(count, from: tunnel)
    }

    private func take(_ count: Int, from tunnel: TestTunnel) async throws {
        var left = count
        while left > 0 {
            if case .streamData(_, let data) = try await tunnel.nextFrame() { left -= data.readableBytes }
        }
        #expect(left == 0)
    }

    private func counts(_ gateway: TestGateway, _ up: Int, _ down: Int, streams: Int) async throws {
        var told = BackendModel.Totals()
        let expected = BackendModel.Totals(up: Int64(up), down: Int64(down), streams: Int64(streams))
        _ = try await Poll.until(within: .seconds(60)) {
            told = gateway.controlPlane.with { $0.usage.total(of: "ses_1") }
            return told == expected
        }
        #expect(told == expected)
    }

    @Test("The backend away: sessions go on, a known device comes back, unknown ones do not, usage arrives once")
    func away() async throws {
        let gateway = try await TestGateway.start()
        let first = try await TestTunnel.open(port: gateway.port)
        try await echo(first, 1, 1_000)
        try await counts(gateway, 1_000, 1_000, streams: 1)
        gateway.controlPlane.with { $0.isDown = true }
        try await echo(first, 1, 5_000, opens: false)
        try await echo(first, 2, 300)
        let again = try await TestTunnel.open(port: gateway.port)
        #expect(again.grant?.sessionID == "ses_1")
        #expect(try await first.isClosed())
        #expect(gateway.table.count == 1)
        try await echo(again, 1, 700)
        for (device, token) in [("dev_2", "token"), ("dev_1", "another")] {
            let stranger = try await TestTunnel.upgrade(port: gateway.port)
            let answer = try await stranger.greet(Hello(deviceID: device, token: token))
            #expect(answer == .refused(reason: "backend_unavailable"))
            await stranger.connection.close()
        }
        #expect(gateway.controlPlane.with { $0.usage.total(of: "ses_1") }.up == 1_000)
        gateway.controlPlane.with { $0.isDown = false }
        try await counts(gateway, 7_000, 7_000, streams: 3)
        try await again.close()
        #expect(
            try await Poll.until(within: .seconds(60)) { gateway.controlPlane.with { $0.usage.ended } == ["ses_1"] })
        try await counts(gateway, 7_000, 7_000, streams: 3)
        let late = try await TestTunnel.open(port: gateway.port, device: "dev_2")
        #expect(late.grant?.sessionID == "ses_2")
        try await late.close()
        try await gateway.stop()
    }

    @Test("A session that has ended is taken up again by its device while the backend is away, and counts on")
    func takenUpAgain() async throws {
        let gateway = try await TestGateway.start()
        let first = try await TestTunnel.open(port: gateway.port)
        try await echo(first, 1, 1_000)
        try await first.close()
        #expect(
            try await Poll.until(within: .seconds(60)) { gateway.controlPlane.with { $0.usage.ended } == ["ses_1"] })
        gateway.controlPlane.with { $0.isDown = true }
        let again = try await TestTunnel.open(port: gateway.port)
        #expect(again.grant?.sessionID == "ses_1")
        try await echo(again, 1, 2_000)
        gateway.controlPlane.with { $0.isDown = false }
        try await counts(gateway, 3_000, 3_000, streams: 2)
        try await again.close()
        try await gateway.stop()
        #expect(gateway.controlPlane.with { $0.reports.last?.final } == true)
    }

    @Test("Past the grace, and once revoked, a device that was known is not let in while the backend is away")
    func pastGrace() async throws {
        var options = TestGateway.Options.echo
        options.backendGrace = .zero
        for (options, isRevoked) in [(options, false), (.echo, true)] {
            let gateway = try await TestGateway.start(options)
            let tunnel = try await TestTunnel.open(port: gateway.port)
            gateway.controlPlane.with { $0.isDown = true }
            if isRevoked { gateway.table.revoke(sessionID: "ses_1", reason: "blocked") }
            let again = try await TestTunnel.upgrade(port: gateway.port)
            let answer = try await again.greet(Hello(deviceID: "dev_1", token: "token"))
            #expect(answer == .refused(reason: "backend_unavailable"))
            for tunnel in [tunnel, again] { await tunnel.connection.close() }
            gateway.controlPlane.with { $0.isDown = false }
            try await gateway.stop()
        }
    }

    @Test("A lease that is spent while the backend is away stops the streams at its last byte, until a new one comes")
    func leaseWaits() async throws {
        let backend = TestBackend()
        backend.with { $0.leaseBytes = 20_000 }
        let gateway = try await TestGateway.start(controlPlane: backend)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        backend.with { $0.isDown = true }
        let data = ByteBuffer(repeating: 1, count: 65_536)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: data))
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.bytesMoved == 20_000 })
        try await tunnel.send(.ping(ByteBuffer(string: "x")))
        var received = 0
        _ = try await tunnel.frames { frame in
            if case .streamData(_, let data) = frame { received += data.readableBytes }
            return frame == .pong(ByteBuffer(string: "x"))
        }
        #expect(gateway.metrics.bytesMoved == 20_000)
        backend.with { $0.isDown = false }
        try await take(65_536 - received, from: tunnel)
        try await counts(gateway, 65_536, 65_536, streams: 1)
        try await tunnel.close()
        try await gateway.stop()
    }

    @Test("Without a new lease for its time a session ends with quota_exceeded, and coming back brings no new lease")
    func leaseRunsOut() async throws {
        let backend = TestBackend()
        backend.with { ($0.leaseBytes, $0.leaseSeconds) = (20_000, 1) }
        let gateway = try await TestGateway.start(controlPlane: backend)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        backend.with { $0.isDown = true }
        let data = ByteBuffer(repeating: 1, count: 65_536)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: data))
        let (code, close) = try await tunnel.error()
        #expect(code == "quota_exceeded" && close?.code == .policyViolation)
        let again = try await TestTunnel.open(port: gateway.port)
        #expect(again.grant?.sessionID == "ses_1")
        try await again.send(.streamOpen(.number(1), target: target, data: data))
        #expect(try await again.error().code == "quota_exceeded")
        #expect(gateway.metrics.bytesMoved == 20_000)
        backend.with { $0.isDown = false }
        #expect(try await Poll.until(within: .seconds(60)) { backend.with { $0.usage.ended } == ["ses_1"] })
        let told = backend.with { $0.usage.total(of: "ses_1") }
        #expect(told.up + told.down == 20_000)
        #expect(backend.with { $0.reports.last?.closeReason } == "quota_exceeded")
        for tunnel in [tunnel, again] { await tunnel.connection.close() }
        try await gateway.stop()
    }
}

extension GatewayMetrics {
    fileprivate var bytesMoved: Int64 { bytesUp.value + bytesDown.value }
}
