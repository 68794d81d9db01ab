import HTTVPSObservability
import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct HandshakeTests {
    @Test(
        "An allowed hello gets an answer with the agreed capabilities and every member",
        arguments: [
            Capabilities(), .binary, .flowControl, [.binary, .flowControl], [.binary, .padding, .resume],
            [.binary, .flowControl, .resume],
        ])
    func allowed(offered: Capabilities) async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: offered)
        let grant = try #require(tunnel.grant)
        #expect(grant.capabilities == SessionPolicy.offered.agreed(with: offered))
        #expect((grant.resumeToken != nil) == grant.capabilities.contains(.resume))
        #expect(grant.sessionID == "ses_1")
        #expect(grant.maxStreams == 256)
        #expect(grant.keepaliveSeconds == 25)
        #expect(grant.region == "eu")
        #expect(gateway.table.count == 1)
        try await tunnel.close()
        #expect(try await tunnel.error().close == WebSocketClose(code: .normal))
        try await gateway.stop()
    }

    @Test("A hello in one piece with the upgrade request is taken on a connection that the decoy has answered")
    func helloBehindDecoy() async throws {
        let gateway = try await TestGateway.start()
        let connection = try await TestConnection.open(port: gateway.port)
        var arrived = connection.arrived.makeAsyncIterator()
        var text = ""
        try await connection.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while !text.contains("</h1>"), let part = await arrived.next() { text += String(buffer: part) }
        var request = "GET /ws HTTP/1.1\r\n"
        for (name, value) in WebSocketHandshake.upgradeRequest(host: "localhost", key: "AAAAAAAAAAAAAAAAAAAAAA==") {
            request += "\(name): \(value)\r\n"
        }
        var encoder = WebSocketFrameEncoder(role: .client)
        var piece = ByteBuffer(string: request + "\r\n")
        piece.writeImmutableBuffer(encoder.encode(.text, try Hello(deviceID: "dev_1", token: "t").encoded()))
        try await connection.channel.writeAndFlush(piece)
        while !text.contains("auth_result"), let part = await arrived.next() { text += String(buffer: part) }
        #expect(text.contains("auth_result"))
        await connection.close()
        try await gateway.stop()
    }

    @Test("A refusal is one text message, close 1008 with the reason, then the end", arguments: RefusalReason.allCases)
    func refused(reason: RefusalReason) async throws {
        let controlPlane = TestBackend()
        controlPlane.with { $0.refusal = reason }
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let tunnel = try await TestTunnel.upgrade(port: gateway.port)
        try await tunnel.send(text: Hello(deviceID: "dev_1", token: "t").encoded())
        let (code, close) = try await tunnel.error()
        #expect(code == reason.rawValue)
        #expect(close == WebSocketClose(code: .policyViolation, reason: reason.rawValue))
        try await tunnel.close(.policyViolation)
        #expect(try await tunnel.isClosed())
        #expect(gateway.table.count == 0)
        #expect(gateway.metrics.handshakes[HandshakeOutcome(reason)].value == 1)
        try await gateway.stop()
    }

    @Test(
        "A first message that is no hello ends with bad_hello and 1008",
        arguments: [#"{"type":"hello"}"#, "[]", "no json", #"{"type":"ping"}"#])
    func badHello(text: String) async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.upgrade(port: gateway.port)
        try await tunnel.send(text: ByteBuffer(string: text))
        let (code, close) = try await tunnel.error()
        #expect(code == "bad_hello")
        #expect(close == WebSocketClose(code: .policyViolation, reason: "bad_hello"))
        try await tunnel.close()
        #expect(try await tunnel.isClosed())
        try await gateway.stop()
    }

    @Test("A silent client gets handshake_timeout, and the end without its close frame 2 s later")
    func timeout() async throws {
        var options = TestGateway.Options.echo
        options.handshakeTimeout = .milliseconds(300)
        let gateway = try await TestGateway.start(options)
        let start = ContinuousClock.now
        let tunnel = try await TestTunnel.upgrade(port: gateway.port)
        let (code, close) = try await tunnel.error()
        #expect(code == "handshake_timeout")
        #expect(close?.code == .policyViolation)
        #expect(try await tunnel.isClosed())
        #expect(ContinuousClock.now - start >= .milliseconds(2_300))
        try await gateway.stop()
    }

    @Test("A hello that comes with the upgrade, later than the handshake may last, is not taken")
    func lateHello() async throws {
        var options = TestGateway.Options.echo
        options.handshakeTimeout = .milliseconds(100)
        let gateway = try await TestGateway.start(options)
        let hello = try Hello(deviceID: "dev_1", token: "t").encoded()
        let tunnel = try await TestTunnel.upgrade(port: gateway.port, after: .seconds(2), sending: hello)
        let (code, close) = try await tunnel.error()
        #expect(code == "handshake_timeout")
        #expect(close == WebSocketClose(code: .policyViolation, reason: "handshake_timeout"))
        #expect(gateway.metrics.handshakes[.handshakeTimeout].value == 1)
        #expect(gateway.metrics.handshakes[.allowed].value == 0)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("Text that is not UTF-8 ends with 1007, an unmasked frame with 1002, both without error")
    func brokenFraming() async throws {
        let gateway = try await TestGateway.start()
        let illFormed = try await TestTunnel.upgrade(port: gateway.port)
        try await illFormed.send(.text, ByteBuffer(bytes: [0xC3, 0x28]))
        var (code, close) = try await illFormed.error()
        #expect(code == "" && close?.code == .illFormedText)
        #expect(try await illFormed.isClosed())
        let unmasked = try await TestTunnel.upgrade(port: gateway.port)
        try await unmasked.send(raw: [0x81, 0x02, 0x7B, 0x7D])
        (code, close) = try await unmasked.error()
        #expect(code == "" && close?.code == .protocolError)
        #expect(try await unmasked.isClosed())
        try await gateway.stop()
    }

    @Test("Frames behind hello wait for the verdict and then take effect, more than 64 KiB of them too")
    func earlyFrames() async throws {
        let controlPlane = TestBackend()
        controlPlane.with { $0.isGated = true }
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let tunnel = try await TestTunnel.upgrade(port: gateway.port)
        let hello = Hello(deviceID: "dev_1", token: "t", capabilities: [.binary, .flowControl])
        try await tunnel.send(text: hello.encoded())
        let target = try #require(TargetAddress("127.0.0.1:7"))
        try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer()), as: .binary)
        let part = ByteBuffer(repeating: 5, count: 16_000)
        for _ in 0..<4 { try await tunnel.send(.streamData(.number(1), part), as: .binary) }
        for _ in 0..<40 { try await tunnel.send(.ping(ByteBuffer(repeating: 1, count: 8)), as: .binary) }
        while controlPlane.with({ $0.gate == nil }) { try await Task.sleep(for: .milliseconds(5)) }
        controlPlane.openGate()
        guard case .text(let answer) = try await tunnel.next(), case .allowed = try AuthResult.decode(answer) else {
            Issue.record("not allowed")
            return
        }
        var bytes = 0
        var opened = false
        while bytes < 64_000 {
            guard case .binary(let message) = try await tunnel.next() else { break }
            switch try BinaryFrameCodec.decode(message, maxPayload: 1 << 20) {
            case .streamOpened: opened = true
            case .streamData(_, let data):
                #expect(opened)
                bytes += data.readableBytes
            default: break
            }
        }
        #expect(bytes == 64_000)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A device whose backend is down is allowed again under its session, which drops the live transport")
    func remembered() async throws {
        let controlPlane = TestBackend()
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let first = try await TestTunnel.open(port: gateway.port)
        controlPlane.with { $0.isDown = true }
        let second = try await TestTunnel.open(port: gateway.port)
        #expect(second.grant?.sessionID == first.grant?.sessionID)
        #expect(try await first.isClosed())
        #expect(gateway.table.count == 1)
        let stranger = try await TestTunnel.upgrade(port: gateway.port)
        try await stranger.send(text: Hello(deviceID: "dev_2", token: "t").encoded())
        #expect(try await stranger.error().code == "backend_unavailable")
        await stranger.connection.close()
        await second.connection.close()
        try await gateway.stop()
    }

    @Test("A hello that comes in one piece with the upgrade request is taken")
    func helloBehindUpgrade() async throws {
        let gateway = try await TestGateway.start()
        let hello = try Hello(deviceID: "dev_1", token: "t").encoded()
        let tunnel = try await TestTunnel.upgrade(port: gateway.port, sending: hello)
        guard case .text(let answer) = try await tunnel.next(), case .allowed = try AuthResult.decode(answer) else {
            Issue.record("not allowed")
            return
        }
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("More sessions than the limit are refused as overloaded")
    func overloaded() async throws {
        var options = TestGateway.Options.echo
        options.sessions.maxSessions = 1
        let gateway = try await TestGateway.start(options)
        let first = try await TestTunnel.open(port: gateway.port)
        let second = try await TestTunnel.upgrade(port: gateway.port)
        try await second.send(text: Hello(deviceID: "dev_2", token: "t").encoded())
        #expect(try await second.error().code == "overloaded")
        await second.connection.close()
        await first.connection.close()
        try await gateway.stop()
    }
}
