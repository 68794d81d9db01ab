import Foundation
import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5)), .serialized) struct NodeTests {
    private func node(_ server: ShadowsocksServer, _ id: String = "oln_1", halfClose: Bool = false) -> AssignedNode {
        node(id, port: server.port, method: server.method, password: server.password, halfClose: halfClose)
    }

    private func node(
        _ id: String, port: Int, method: String = "chacha20-ietf-poly1305", password: String = "p",
        halfClose: Bool = false
    ) -> AssignedNode {
        AssignedNode(
            nodeID: id, host: "127.0.0.1", port: UInt16(port), method: method, password: password, prefix: nil,
            halfClose: halfClose, region: "eu", weight: 1)
    }

    private func target(_ port: Int) -> TargetAddress? { TargetAddress("127.0.0.1:\(port)") }

    private func data(_ frames: [Frame]) -> Int {
        frames.reduce(0) { sum, frame in
            if case .streamData(_, let data) = frame { sum + data.readableBytes } else { sum }
        }
    }

    @Test(
        "Data goes through ss-server to an echo and back, with each cipher",
        arguments: ["chacha20-ietf-poly1305", "aes-256-gcm", "aes-128-gcm"])
    func echoes(method: String) async throws {
        let server = try await ShadowsocksServer.start(method: method)
        let target = try await TestTarget.echo()
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node(server)]))
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(
            .streamOpen(.number(1), target: self.target(target.port), data: ByteBuffer(string: "hello ")),
            .streamData(.number(1), ByteBuffer(string: "there")))
        var text = ""
        while text.utf8.count < 11 {
            if case .streamData(_, let data) = try await tunnel.nextFrame() { text += String(buffer: data) }
        }
        #expect(text == "hello there")
        try await tunnel.close()
        _ = try await tunnel.error()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 0 })
        try await gateway.stop()
        await target.stop()
        server.process.signal(9)
    }

    @Test("A target that speaks first is heard without a byte from the client, to its end, past the window")
    func download() async throws {
        let server = try await ShadowsocksServer.start()
        let size = 8 << 20
        let target = try await TestTarget.source(size)
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node(server)]))
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: self.target(target.port), data: ByteBuffer()))
        var received: UInt64 = 0
        var finished = false
        while !finished {
            switch try await tunnel.nextFrame() {
            case .streamData(_, let data):
                received += UInt64(data.readableBytes)
                tunnel.post(.streamWindow(.number(1), received: received, limit: received + 262_144))
            case .streamFinish: finished = true
            default: break
            }
        }
        #expect(received == UInt64(size))
        #expect(gateway.metrics.bytesDown.value == Int64(size))
        await tunnel.connection.close()
        try await gateway.stop()
        await target.stop()
        server.process.signal(9)
    }

    @Test("Without credit the gateway stops at the window and reads on when credit comes")
    func windowHolds() async throws {
        let server = try await ShadowsocksServer.start()
        let target = try await TestTarget.source(1 << 20)
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node(server)]))
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: self.target(target.port), data: ByteBuffer()))
        var received = 0
        while received < 262_144 { received += data([try await tunnel.nextFrame()]) }
        #expect(received == 262_144)
        try await tunnel.send(.ping(ByteBuffer(string: "x")))
        #expect(try await tunnel.nextFrame() == .pong(ByteBuffer(string: "x")))
        try await tunnel.send(.streamWindow(.number(1), received: UInt64(received), limit: 1 << 20))
        let rest = try await tunnel.frames { $0 == .streamFinish(.number(1)) }
        #expect(data(rest) == (1 << 20) - 262_144)
        await tunnel.connection.close()
        try await gateway.stop()
        await target.stop()
        server.process.signal(9)
    }

    @Test("A node that is down is passed over, and the backend is asked for another when all are")
    func fallback() async throws {
        let server = try await ShadowsocksServer.start()
        let target = try await TestTarget.echo()
        let dead = try LoopbackPort.free()
        let controlPlane = TestBackend(nodes: [node("oln_dead", port: dead), node(server)])
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: controlPlane)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(
            .streamOpen(.number(1), target: self.target(target.port), data: ByteBuffer(string: "abc")))
        #expect(data(try await tunnel.frames { if case .streamData = $0 { true } else { false } }) == 3)
        #expect(controlPlane.with { $0.excluded.isEmpty })
        controlPlane.with { $0.nodes = [$0.nodes[0]] }
        let spare = node(server, "oln_2")
        controlPlane.with { $0.spare = spare }
        let second = try await TestTunnel.open(port: gateway.port, device: "dev_2")
        try await second.send(
            .streamOpen(.number(1), target: self.target(target.port), data: ByteBuffer(string: "abcd")))
        #expect(data(try await second.frames { if case .streamData = $0 { true } else { false } }) == 4)
        #expect(controlPlane.with { $0.excluded } == [["oln_dead"]])
        await tunnel.connection.close()
        await second.connection.close()
        try await gateway.stop()
        await target.stop()
        server.process.signal(9)
    }

    @Test("Without any node a stream is closed with egress_unavailable, the session goes on")
    func unavailable() async throws {
        let dead = try LoopbackPort.free()
        let controlPlane = TestBackend(nodes: [node("oln_dead", port: dead)])
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: controlPlane)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: target(80), data: ByteBuffer(string: "a")))
        guard case .streamClose(.number(1), .egressUnavailable, _) = try await tunnel.nextFrame() else {
            Issue.record("no egress_unavailable")
            return
        }
        try await tunnel.send(.ping(ByteBuffer(string: "x")))
        #expect(try await tunnel.nextFrame() == .pong(ByteBuffer(string: "x")))
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("What no node took is not counted, and other streams may move it instead", arguments: [false, true])
    func nothingTaken(comesBack: Bool) async throws {
        let good = try await TestNode.start(.echo)
        let backend = TestBackend(nodes: [node("oln_dead", port: try LoopbackPort.free())])
        backend.with { $0.leaseBytes = 20_000 }
        if comesBack { backend.with { $0.spare = good.assigned() } }
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: backend)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let data = ByteBuffer(repeating: 1, count: 30_000)
        try await tunnel.send(.streamOpen(.number(1), target: target(80), data: data))
        var echoed = 0
        _ = try await tunnel.frames { frame in
            if case .streamData(_, let data) = frame { echoed += data.readableBytes }
            if case .streamClose(_, .egressUnavailable, _) = frame { return true }
            return echoed == 30_000
        }
        try await tunnel.close()
        try await gateway.stop()
        await good.stop()
        let told = backend.with { $0.usage.total(of: "ses_1") }
        #expect(told == (comesBack ? .init(up: 30_000, down: 30_000, streams: 1) : .init(up: 0, down: 0, streams: 1)))
        #expect(gateway.metrics.bytesUp.value == told.up)
    }

    @Test("A node that dies in mid-stream ends its streams, and the session goes on")
    func nodeDies() async throws {
        let server = try await ShadowsocksServer.start()
        let target = try await TestTarget.echo()
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node(server)]))
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(
            .streamOpen(.number(1), target: self.target(target.port), data: ByteBuffer(string: "abc")))
        _ = try await tunnel.frames { if case .streamData = $0 { true } else { false } }
        server.process.signal(9)
        let end = try await tunnel.nextFrame()
        switch end {
        case .streamFinish(.number(1)), .streamClose(.number(1), .egressReset, _): break
        default: Issue.record("\(end)")
        }
        try await tunnel.send(.ping(ByteBuffer(string: "x")))
        _ = try await tunnel.frames { $0 == .pong(ByteBuffer(string: "x")) }
        await tunnel.connection.close()
        try await gateway.stop()
        await target.stop()
    }

    @Test("Many streams at once leave no descriptor behind")
    func nothingLeft() async throws {
        let server = try await ShadowsocksServer.start()
        let target = try await TestTarget.echo()
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node(server)]))
        let before = try await TestTunnel.open(port: gateway.port)
        let descriptors = try Self.descriptors()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        for number in 1...100 {
            tunnel.post(
                .streamOpen(
                    .number(UInt32(number)), target: self.target(target.port),
                    data: ByteBuffer(repeating: 1, count: 5_000)))
        }
        var bytes = 0
        while bytes < 500_000 { bytes += data([try await tunnel.nextFrame()]) }
        #expect(gateway.metrics.streamsActive.value == 100)
        try await tunnel.close()
        _ = try await tunnel.error()
        await tunnel.connection.close()
        #expect(try await Poll.until(within: .seconds(60)) { try Self.descriptors() <= descriptors })
        #expect(gateway.metrics.streamsActive.value == 0)
        await before.connection.close()
        try await gateway.stop()
        await target.stop()
        server.process.signal(9)
    }

    private static func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}
