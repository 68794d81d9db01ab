import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct BudgetTests {
    private static let all: Capabilities = [.binary, .flowControl, .resume]
    private let target = TargetAddress("127.0.0.1:80")

    private func open(_ port: Int, device: String, taking count: Int) async throws -> TestTunnel {
        let tunnel = try await TestTunnel.open(port: port, capabilities: Self.all, device: device)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer(string: "go")))
        try await take(count, from: tunnel)
        return tunnel
    }

    private func take(_ count: Int, from tunnel: TestTunnel) async throws {
        var left = count
        while left > 0 {
            if case .streamData(_, let data) = try await tunnel.nextFrame() { left -= data.readableBytes }
        }
    }

    private func resumes(_ tunnel: TestTunnel, port: Int, device: String) async throws -> Bool? {
        let grant = try #require(tunnel.grant)
        var hello = Hello(deviceID: device, token: "t", capabilities: Self.all)
        hello.resume = ResumeRequest(
            sessionID: grant.sessionID, resumeToken: grant.resumeToken ?? "", attempt: 1,
            streams: [StreamOffset(streamID: 1, received: 0)])
        let new = try await TestTunnel.upgrade(port: port)
        guard case .allowed(let answer) = try await new.greet(hello) else { return nil }
        await new.connection.close()
        return answer.resumed
    }

    @Test("A reader that stands still stops no other, holds one window, and goes on later")
    func stalledReader() async throws {
        let size = 4 << 20
        let node = try await TestNode.start(.source(size))
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node.assigned()]))
        let client = try await ResumingClient.open(port: gateway.port)
        let stalled = try client.open("127.0.0.1:80", sending: 2, finishes: false)
        client.setReading(false, on: stalled)
        try await client.run { $0.transfers[stalled]?.received == 262_144 }
        let running = try client.open("127.0.0.1:80", sending: 2, finishes: false)
        try await client.run { $0.transfers[running]?.isFinished == true }
        #expect(client.transfers[stalled]?.received == 262_144)
        #expect(gateway.heldBytes <= 2 * 262_144)
        client.setReading(true, on: stalled)
        try await client.run { $0.transfers[stalled]?.isFinished == true }
        for id in [stalled, running] {
            #expect(client.transfers[id]?.received == size)
            #expect(client.transfers[id]?.isExact == true)
        }
        try await client.tunnel.close()
        try await eventually { gateway.heldBytes == 0 }
        try await gateway.stop()
        await node.stop()
    }

    @Test("A client that acknowledges nothing is kept session buffer and initial windows at most, each stream its own")
    func sessionBuffer() async throws {
        let node = try await TestNode.start(.source(2 << 20))
        var options = TestGateway.Options.shadowsocks
        options.sessions.initialWindow = 65_536
        options.sessions.maxSessionBuffer = 1 << 20
        options.sessions.keepalive = .seconds(300)
        let gateway = try await TestGateway.start(options, controlPlane: TestBackend(nodes: [node.assigned()]))
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: Self.all)
        var received: [StreamID: Int] = [:]
        for number in UInt32(1)...4 {
            let id = StreamID.number(number)
            try await tunnel.send(
                .streamOpen(id, target: target, data: ByteBuffer(string: "go")),
                .streamWindow(id, received: 0, limit: 8 << 20))
        }
        let most = (1 << 20) + 4 * 65_536
        while gateway.metrics.limits[.sessionBuffer].value < 4 || received.values.reduce(0, +) < 1 << 20 {
            if case .streamData(let id, let data) = try await tunnel.nextFrame() {
                received[id, default: 0] += data.readableBytes
            }
            #expect(gateway.heldBytes <= most)
        }
        for (id, count) in received { tunnel.post(.streamWindow(id, received: UInt64(count), limit: 8 << 20)) }
        var finished = 0
        while finished < 4 {
            switch try await tunnel.nextFrame() {
            case .streamData(let id, let data):
                let count = received[id, default: 0] + data.readableBytes
                received[id] = count
                tunnel.post(.streamWindow(id, received: UInt64(count), limit: 8 << 20))
            case .streamFinish: finished += 1
            default: break
            }
        }
        #expect(received.values.allSatisfy { $0 == 2 << 20 })
        try await tunnel.close()
        try await gateway.stop()
        await node.stop()
    }

    @Test("Short of memory, the longest waiting session ends, and the next one stays")
    func longestWaiting() async throws {
        let node = try await TestNode.start(.source(150_000))
        var options = TestGateway.Options.shadowsocks
        options.sessions.memoryBudget = 400_000
        let gateway = try await TestGateway.start(options, controlPlane: TestBackend(nodes: [node.assigned()]))
        let first = try await open(gateway.port, device: "dev_1", taking: 150_000)
        let second = try await open(gateway.port, device: "dev_2", taking: 150_000)
        await first.connection.close()
        try await eventually { gateway.metrics.sessionsWaiting.value == 1 }
        await second.connection.close()
        try await eventually { gateway.metrics.sessionsWaiting.value == 2 }
        let third = try await open(gateway.port, device: "dev_3", taking: 150_000)
        try await eventually { gateway.metrics.sessionsWaiting.value == 1 }
        try await eventually { gateway.heldBytes == 300_000 }
        #expect(try await resumes(first, port: gateway.port, device: "dev_1") == false)
        #expect(try await resumes(second, port: gateway.port, device: "dev_2") == true)
        try await third.close()
        gateway.table.endAllSessions(reason: "revoked")
        try await gateway.stop()
        await node.stop()
    }

    @Test("With the budget spent, new sessions are overloaded, and those that stand go on")
    func overloaded() async throws {
        let node = try await TestNode.start(.source(150_000))
        var options = TestGateway.Options.shadowsocks
        options.sessions.memoryBudget = 100_000
        let gateway = try await TestGateway.start(options, controlPlane: TestBackend(nodes: [node.assigned()]))
        let tunnel = try await open(gateway.port, device: "dev_1", taking: 150_000)
        try await eventually { gateway.environment.memory.isExceeded }
        let other = try await TestTunnel.upgrade(port: gateway.port)
        #expect(try await other.greet(Hello(deviceID: "dev_2", token: "t")) == .refused(reason: "overloaded"))
        #expect(gateway.metrics.limits[.memoryBudget].value == 1)
        try await tunnel.send(.streamWindow(.number(1), received: 150_001, limit: 300_000))
        try await eventually { !gateway.environment.memory.isExceeded }
        let late = try await TestTunnel.open(port: gateway.port, device: "dev_2")
        for open in [tunnel, late] { try await open.close() }
        try await gateway.stop()
        await node.stop()
    }

    @Test("Unfinished first messages count to the budget, one too many is overloaded, and sessions are not disturbed")
    func memoryBeforeVerdict() async throws {
        var options = TestGateway.Options.echo
        options.sessions.memoryBudget = 500_000
        let gateway = try await TestGateway.start(options)
        let standing = try await TestTunnel.open(port: gateway.port)
        let header: [UInt8] = [0x81, 0xFE, 0xEA, 0x60, 0, 0, 0, 0]
        let unfinished = header + Array(repeating: 0x20, count: 40_000)
        let first = try await TestTunnel.upgrade(port: gateway.port)
        let second = try await TestTunnel.upgrade(port: gateway.port)
        try await first.send(raw: unfinished)
        try await second.send(raw: header + [0x20])
        try await eventually { gateway.heldBytes == 120_000 }
        let third = try await TestTunnel.upgrade(port: gateway.port)
        try await third.send(raw: unfinished)
        let (code, close) = try await third.error()
        #expect(code == "overloaded")
        #expect(close == WebSocketClose(code: .policyViolation, reason: "overloaded"))
        #expect(gateway.metrics.limits[.memoryBeforeVerdict].value == 1)
        #expect(gateway.metrics.handshakes[.overloaded].value == 1)
        try await eventually { gateway.heldBytes == 120_000 }
        let late = try await TestTunnel.open(port: gateway.port, device: "dev_2")
        try await first.send(raw: Array(repeating: 0x20, count: 20_000))
        #expect(try await first.error().code == "bad_hello")
        await second.connection.close()
        try await eventually { gateway.heldBytes == 0 }
        for tunnel in [standing, late] { try await tunnel.close() }
        for tunnel in [first, third] { await tunnel.connection.close() }
        try await gateway.stop()
    }

    @Test("A window grows once the round trip that the gateway measured is long beside the use of the window")
    func growth() async throws {
        let node = try await TestNode.start(.sink)
        var options = TestGateway.Options.shadowsocks
        options.sessions.initialWindow = 65_536
        let gateway = try await TestGateway.start(options, controlPlane: TestBackend(nodes: [node.assigned()]))
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: Self.all)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer()))
        var sent: UInt64 = 0
        var limit: UInt64 = 65_536
        var widest: UInt64 = 0
        while widest <= 65_536 {
            while sent + 16_384 <= limit {
                tunnel.post(.streamData(.number(1), ByteBuffer(repeating: 1, count: 16_384)))
                sent += 16_384
            }
            switch try await tunnel.nextFrame() {
            case .streamWindow(_, let received, let newLimit):
                limit = max(limit, newLimit)
                widest = max(widest, limit - received)
            case .ping(let nonce):
                try await Task.sleep(for: .seconds(1))
                tunnel.post(.pong(nonce))
            default: break
            }
        }
        #expect(widest > 65_536)
        try await tunnel.close()
        try await gateway.stop()
        await node.stop()
    }

    @Test("With resume, a session has 1,024 streams at most")
    func maxStreams() async throws {
        var options = TestGateway.Options.echo
        options.sessions.maxStreams = 5_000
        let backend = TestBackend()
        backend.with { $0.maxStreams = 5_000 }
        let gateway = try await TestGateway.start(options, controlPlane: backend)
        let resuming = try await TestTunnel.open(port: gateway.port, capabilities: Self.all)
        let plain = try await TestTunnel.open(port: gateway.port, capabilities: [.binary, .flowControl])
        #expect(resuming.grant?.maxStreams == 1_024)
        #expect(plain.grant?.maxStreams == 5_000)
        for tunnel in [resuming, plain] { try await tunnel.close() }
        try await gateway.stop()
    }
}
