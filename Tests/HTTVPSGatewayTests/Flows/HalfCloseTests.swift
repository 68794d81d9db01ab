import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct HalfCloseTests {
    private let target = TargetAddress("127.0.0.1:80")

    private func with(
        _ behaviour: TestNode.Behaviour, halfClose: Bool = true, capabilities: Capabilities = [.binary, .flowControl],
        _ body: (TestGateway, TestTunnel, TestNode) async throws -> Void
    ) async throws {
        let node = try await TestNode.start(behaviour)
        let controlPlane = TestBackend(nodes: [node.assigned(halfClose: halfClose)])
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: controlPlane)
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: capabilities)
        try await body(gateway, tunnel, node)
        await node.stop()
        await tunnel.connection.close()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.streamsActive.value == 0 })
        try await gateway.stop()
    }

    private func isData(_ frame: Frame) -> Bool { if case .streamData = frame { true } else { false } }

    @Test("The client's finish reaches a node that holds half-close, and the node's comes back")
    func passesFinish() async throws {
        try await with(.echo) { gateway, tunnel, node in
            try await tunnel.send(
                .streamOpen(.number(1), target: target, data: ByteBuffer(string: "abc")), .streamFinish(.number(1)))
            let frames = try await tunnel.frames { $0 == .streamFinish(.number(1)) }
            #expect(frames.contains { isData($0) })
            #expect(node.seen.finishes == 1)
            #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.streamsActive.value == 0 })
        }
    }

    @Test("A node without half-close does not get the client's finish before the far side's")
    func holdsFinish() async throws {
        try await with(.echo, halfClose: false) { _, tunnel, node in
            try await tunnel.send(
                .streamOpen(.number(1), target: target, data: ByteBuffer(string: "abc")), .streamFinish(.number(1)))
            _ = try await tunnel.frames(until: isData)
            try await tunnel.send(.ping(ByteBuffer(string: "x")))
            _ = try await tunnel.frames { $0 == .pong(ByteBuffer(string: "x")) }
            #expect(node.seen.finishes == 0)
        }
    }

    @Test("The far side's end is stream_finish also before its first byte, and the client may go on writing")
    func farFinishFirst() async throws {
        try await with(.finishAtOnce) { _, tunnel, node in
            try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer(string: "abc")))
            _ = try await tunnel.frames { $0 == .streamFinish(.number(1)) }
            try await tunnel.send(.streamData(.number(1), ByteBuffer(repeating: 1, count: 1_000)))
            #expect(try await Poll.until(within: .seconds(60)) { node.seen.bytes == 1_003 })
            try await tunnel.send(.streamFinish(.number(1)))
            #expect(try await Poll.until(within: .seconds(60)) { node.seen.finishes == 1 })
        }
    }

    @Test(
        "A reset before the first byte is egress_unavailable, a later one egress_reset",
        arguments: [
            (TestNode.Behaviour.resetAtOnce, StreamCloseReason.egressUnavailable), (.resetAfterData, .egressReset),
        ])
    func resets(behaviour: TestNode.Behaviour, expected: StreamCloseReason) async throws {
        try await with(behaviour) { _, tunnel, _ in
            try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer(string: "abc")))
            let frames = try await tunnel.frames { if case .streamClose = $0 { true } else { false } }
            guard case .streamClose(_, let reason, _) = frames.last else { return }
            #expect(reason == expected)
        }
    }

    @Test("Salt, address and first data go in one write, also when the data comes a moment behind the open")
    func firstWrite() async throws {
        try await with(.echo) { _, tunnel, node in
            try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer(string: "abc")))
            _ = try await tunnel.frames(until: isData)
            try await tunnel.send(
                .streamOpen(.number(2), target: target, data: ByteBuffer()),
                .streamData(.number(2), ByteBuffer(string: "defg")))
            _ = try await tunnel.frames(until: isData)
            #expect(node.seen.firstPlaintexts == [3, 4])
            #expect(node.seen.target == target)
        }
    }

    @Test("A node that does not read gets no more than a window, and the stream beside it runs")
    func stalledNode() async throws {
        let stalled = try await TestNode.start(.stall)
        let gateway = try await TestGateway.start(
            .shadowsocks, controlPlane: TestBackend(nodes: [stalled.assigned()]))
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer()))
        let part = ByteBuffer(repeating: 1, count: 65_536)
        var (sent, limit) = (0, 262_144)
        for round in 0..<400 {
            while sent + 65_536 <= limit {
                tunnel.post(.streamData(.number(1), part))
                sent += 65_536
            }
            tunnel.post(.ping(ByteBuffer(integer: round)))
            let frames = try await tunnel.frames { $0 == .pong(ByteBuffer(integer: round)) }
            let before = limit
            for case .streamWindow(_, _, let newLimit) in frames { limit = max(limit, Int(newLimit)) }
            if limit == before, round > 300 { break }
        }
        #expect(limit < 32 << 20)
        #expect(gateway.metrics.bytesUp.value <= Int64(limit))
        await tunnel.connection.close()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.streamsActive.value == 0 })
        try await gateway.stop()
        await stalled.stop()
    }

    @Test("Without flow control a node that does not read stops the reading of the whole session")
    func stopsReading() async throws {
        try await with(.stall, capabilities: [.binary]) { gateway, tunnel, _ in
            try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer()))
            let part = ByteBuffer(repeating: 1, count: 65_536)
            for _ in 0..<600 { tunnel.post(.streamData(.number(1), part)) }
            var last: Int64 = -1
            #expect(
                try await Poll.until(within: .seconds(60), every: .milliseconds(300)) {
                    defer { last = gateway.metrics.bytesUp.value }
                    return gateway.metrics.bytesUp.value == last && last > 0
                })
            #expect(gateway.metrics.bytesUp.value < 600 * 65_536)
        }
    }

    @Test("A client that does not read stops its own downloads, and gets all of them when it reads again")
    func clientStops() async throws {
        let target = try await TestTarget.source(32 << 20)
        let server = try await ShadowsocksServer.start()
        let node = AssignedNode(
            nodeID: "oln_1", host: "127.0.0.1", port: UInt16(server.port), method: server.method,
            password: server.password, prefix: nil, halfClose: false, region: "eu", weight: 1)
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node]))
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [.binary])
        try await tunnel.connection.channel.setOption(.autoRead, value: false).get()
        try await tunnel.send(
            .streamOpen(.number(1), target: TargetAddress("127.0.0.1:\(target.port)"), data: ByteBuffer()))
        var last: Int64 = -1
        #expect(
            try await Poll.until(within: .seconds(60), every: .milliseconds(300)) {
                defer { last = gateway.metrics.bytesDown.value }
                return gateway.metrics.bytesDown.value == last && last > 0
            })
        #expect(gateway.metrics.bytesDown.value < 32 << 20)
        try await tunnel.connection.channel.setOption(.autoRead, value: true).get()
        var received = 0
        while true {
            let frame = try await tunnel.nextFrame()
            if case .streamData(_, let data) = frame { received += data.readableBytes }
            if case .streamFinish = frame { break }
        }
        #expect(received == 32 << 20)
        await tunnel.connection.close()
        try await gateway.stop()
        await target.stop()
        server.process.signal(9)
    }
}
