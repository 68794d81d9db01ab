import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite("Datagrams through the gateway", .timeLimit(.minutes(5))) struct DatagramTests {
    private static func isDatagram(_ frame: Frame) -> Bool { if case .datagram = frame { true } else { false } }

    private func answer(_ tunnel: TestTunnel, to frame: Frame) async throws -> Bool {
        let mark = Frame.pong(ByteBuffer(string: "mark"))
        let deadline = NIODeadline.now() + .seconds(30)
        while NIODeadline.now() < deadline {
            try await tunnel.send(frame)
            for _ in 0..<10 {
                try await tunnel.send(.ping(ByteBuffer(string: "mark")))
                if try await tunnel.frames(until: { $0 == mark }).contains(frame) { return true }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        return false
    }

    @Test(
        "An association relays datagrams both ways and counts their bytes",
        arguments: [[.binary, .flowControl, .datagram], [.datagram]] as [Capabilities])
    func echoes(capabilities: Capabilities) async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: capabilities)
        let id: StreamID = tunnel.encoding == .binary ? .number(1) : .name("a")
        let target = try #require(TargetAddress("127.0.0.1:53"))
        try await tunnel.send(.datagram(id, target: target, data: ByteBuffer(string: "query")))
        #expect(try await tunnel.nextFrame() == .datagram(id, target: target, data: ByteBuffer(string: "query")))
        #expect(gateway.metrics.streamsActive.value == 1)
        #expect(gateway.metrics.bytesUp.value == 5)
        #expect(gateway.metrics.bytesDown.value == 5)
        try await tunnel.send(.streamClose(id, .normal, message: ""))
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.streamsActive.value == 0 })
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test(
        "Datagrams pass through a real Shadowsocks server with UDP",
        arguments: ["chacha20-ietf-poly1305", "aes-256-gcm"])
    func shadowsocks(method: String) async throws {
        let target = try await DatagramEcho.start()
        let server = try await ShadowsocksServer.start(method: method, relaysUDP: true)
        let node = AssignedNode(
            nodeID: "oln_1", host: "127.0.0.1", port: UInt16(server.port), method: method, password: server.password,
            prefix: nil, halfClose: false, region: "eu", weight: 1)
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node]))
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [.binary, .flowControl, .datagram])
        let address = try #require(TargetAddress("127.0.0.1:\(target.port)"))
        for size in [1, 512, 1_200] {
            let data = ByteBuffer(repeating: UInt8(size & 0xFF), count: size)
            let frame = Frame.datagram(.number(1), target: address, data: data)
            #expect(try await answer(tunnel, to: frame))
        }
        await tunnel.connection.close()
        try await gateway.stop()
        await server.stop()
        try await target.stop()
    }

    @Test("A target that policy denies ends the association, and later datagrams of it are ignored")
    func denied() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [.binary, .flowControl, .datagram])
        let allowed = try #require(TargetAddress("127.0.0.1:53"))
        let denied = try #require(TargetAddress("10.0.0.1:53"))
        try await tunnel.send(
            .datagram(.number(1), target: allowed, data: ByteBuffer(string: "a")),
            .datagram(.number(1), target: denied, data: ByteBuffer(string: "b")),
            .datagram(.number(1), target: allowed, data: ByteBuffer(string: "c")), .ping(ByteBuffer(string: "end")))
        let frames = try await tunnel.frames { $0 == .pong(ByteBuffer(string: "end")) }
        #expect(frames.filter(Self.isDatagram).count == 1)
        #expect(
            frames.contains { if case .streamClose(.number(1), .deniedByPolicy, _) = $0 { true } else { false } })
        #expect(gateway.metrics.streamsActive.value == 0)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("An association that is idle for too long ends with idle_timeout")
    func idle() async throws {
        var options = TestGateway.Options.echo
        options.egress.associationIdle = .milliseconds(200)
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [.binary, .flowControl, .datagram])
        let target = try #require(TargetAddress("127.0.0.1:53"))
        try await tunnel.send(.datagram(.number(1), target: target, data: ByteBuffer(string: "a")))
        let last = try await tunnel.frames { if case .streamClose = $0 { true } else { false } }.last
        guard case .streamClose(.number(1), .idleTimeout, _) = last else {
            Issue.record("the association ended with \(String(describing: last))")
            return
        }
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("Without a node an association ends with egress_unavailable")
    func noNode() async throws {
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: []))
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [.binary, .flowControl, .datagram])
        let target = try #require(TargetAddress("127.0.0.1:53"))
        try await tunnel.send(.datagram(.number(1), target: target, data: ByteBuffer(string: "a")))
        guard case .streamClose(.number(1), .egressUnavailable, _) = try await tunnel.nextFrame() else {
            Issue.record("the association lived without a node")
            return
        }
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A first datagram that policy denies opens nothing and counts as no stream")
    func deniedAtOnce() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [.binary, .flowControl, .datagram])
        let denied = try #require(TargetAddress("10.0.0.1:53"))
        try await tunnel.send(.datagram(.number(1), target: denied, data: ByteBuffer(string: "a")))
        guard case .streamClose(.number(1), .deniedByPolicy, _) = try await tunnel.nextFrame() else {
            Issue.record("a denied target was not refused")
            return
        }
        await tunnel.connection.close()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 0 })
        #expect(gateway.metrics.streamsActive.value == 0)
        try await gateway.stop()
        #expect(gateway.controlPlane.with { $0.reports.last?.streamsOpened } == 0)
    }

    @Test("Datagrams for which too little traffic is left end the session with quota_exceeded")
    func tooLittleIsLeft() async throws {
        let controlPlane = TestBackend()
        controlPlane.with {
            $0.leaseBytes = 500
            $0.leaseSeconds = 1
        }
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [.binary, .flowControl, .datagram])
        let target = try #require(TargetAddress("127.0.0.1:53"))
        let large = Frame.datagram(.number(1), target: target, data: ByteBuffer(repeating: 1, count: 600))
        try await tunnel.send(large, large)
        let (code, close) = try await tunnel.error()
        #expect(code == "quota_exceeded" && close?.code == .policyViolation)
        #expect(gateway.metrics.datagramsDropped.value == 2)
        await tunnel.connection.close()
        try await gateway.stop()
    }
}
