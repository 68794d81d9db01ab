import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct FloodTests {
    private let target = TargetAddress("127.0.0.1:7")

    private func answers(_ tunnel: TestTunnel) async throws -> Bool {
        let nonce = ByteBuffer(string: "alive")
        try await tunnel.send(.ping(nonce))
        _ = try await tunnel.frames { $0 == .pong(nonce) }
        return true
    }

    private func message(_ frames: [Frame]) -> ByteBuffer {
        var encoder = WebSocketFrameEncoder(role: .client)
        var out = ByteBuffer()
        for frame in frames { encoder.append(.binary, to: &out) { BinaryFrameCodec.encode(frame, into: &$0) } }
        return out
    }

    @Test("Of a flood of pings the last is answered, and the session lives on")
    func pings() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let pings = (0..<3_000).map { Frame.ping(ByteBuffer(string: String($0))) }
        try await tunnel.connection.channel.writeAndFlush(message(pings))
        let pongs = try await tunnel.frames { $0 == .pong(ByteBuffer(string: "2999")) }
        #expect(pongs.count < 3_000)
        #expect(gateway.metrics.limits[.pings].value > 0)
        #expect(try await answers(tunnel))
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("Of a flood of WebSocket pings the last is answered too")
    func webSocketPings() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        var encoder = WebSocketFrameEncoder(role: .client)
        var out = ByteBuffer()
        for number in 0..<3_000 { encoder.append(.ping, to: &out) { $0.writeString(String(number)) } }
        try await tunnel.connection.channel.writeAndFlush(out)
        var count = 0
        while case .pong(let payload) = try await tunnel.next() {
            count += 1
            if payload == ByteBuffer(string: "2999") { break }
        }
        #expect(count < 3_000)
        #expect(gateway.metrics.limits[.pings].value > 0)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("Opens past max_streams are refused one by one")
    func opens() async throws {
        var options = TestGateway.Options.echo
        options.sessions.maxStreams = 4
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let opens = (1...2_000).map { Frame.streamOpen(.number($0), target: target, data: ByteBuffer()) }
        try await tunnel.connection.channel.writeAndFlush(message(opens))
        let frames = try await tunnel.frames { frame in
            if case .streamClose(.number(2_000), _, _) = frame { true } else { false }
        }
        let refused = frames.count { if case .streamClose(_, .streamLimit, _) = $0 { true } else { false } }
        #expect(refused == 1_996)
        #expect(gateway.metrics.limits[.streams].value == 1_996)
        #expect(try await answers(tunnel))
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("Frames of one byte arrive all, in turns that let others go first")
    func tinyFrames() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer()))
        let bytes = (0..<20_000).map { Frame.streamData(.number(1), ByteBuffer(bytes: [UInt8($0 & 255)])) }
        try await tunnel.connection.channel.writeAndFlush(message(bytes))
        var echoed = ByteBuffer()
        while echoed.readableBytes < 20_000 {
            if case .streamData(_, let data) = try await tunnel.nextFrame() { echoed.writeImmutableBuffer(data) }
        }
        #expect(echoed == ByteBuffer(bytes: (0..<20_000).map { UInt8($0 & 255) }))
        #expect(gateway.metrics.limits[.framesPerTurn].value > 0)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A flood of windows that change nothing ends nothing")
    func windows() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer()))
        let windows = (0..<20_000).map { Frame.streamWindow(.number(1), received: 0, limit: UInt64($0)) }
        try await tunnel.connection.channel.writeAndFlush(message(windows))
        #expect(try await answers(tunnel))
        #expect(gateway.metrics.limits[.framesPerTurn].value > 0)
        #expect(gateway.metrics.streamsActive.value == 1)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A message of more than 1,024 fragments is bad_frame")
    func fragments() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        var bytes: [UInt8] = [0x02, 0x80, 0, 0, 0, 0]
        for _ in 0..<1_024 { bytes += [0x00, 0x80, 0, 0, 0, 0] }
        try await tunnel.send(raw: bytes)
        #expect(try await tunnel.error().code == "bad_frame")
        #expect(gateway.metrics.limits[.fragments].value == 1)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A message past its limit is counted")
    func messageSize() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.binary, ByteBuffer(repeating: 3, count: 65_536 + 513))
        #expect(try await tunnel.error().code == "message_too_big")
        #expect(gateway.metrics.limits[.messageSize].value == 1)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("Before the verdict 64 KiB are held, then the connection is not read until it comes")
    func heldBeforeVerdict() async throws {
        let backend = TestBackend()
        backend.with { $0.isGated = true }
        let gateway = try await TestGateway.start(controlPlane: backend)
        let tunnel = try await TestTunnel.upgrade(port: gateway.port)
        let capabilities: Capabilities = [.binary, .flowControl]
        try await tunnel.send(text: Hello(deviceID: "dev_1", token: "t", capabilities: capabilities).encoded())
        var frames = [Frame.streamOpen(.number(1), target: target, data: ByteBuffer())]
        frames += (0..<16).map { _ in .streamData(.number(1), ByteBuffer(repeating: 5, count: 16_384)) }
        tunnel.connection.channel.writeAndFlush(message(frames), promise: nil)
        try await eventually { gateway.metrics.limits[.heldBeforeVerdict].value == 1 }
        #expect(gateway.metrics.bytesUp.value == 0)
        backend.openGate()
        try await eventually { gateway.metrics.bytesUp.value == 262_144 }
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A client that takes no control frames is not read from, until it takes them")
    func controlBacklog() async throws {
        var options = TestGateway.Options.echo
        options.sessions.maxStreams = 1
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let channel = tunnel.connection.channel
        try await channel.setOption(.autoRead, value: false).get()
        let total: UInt32 = 300_000
        for start in stride(from: UInt32(1), to: total, by: 10_000) {
            let opens = (start..<(start + 10_000)).map {
                Frame.streamOpen(.number($0), target: target, data: ByteBuffer())
            }
            channel.writeAndFlush(message(opens), promise: nil)
        }
        try await eventually { gateway.metrics.limits[.controlBacklog].value > 0 }
        try await channel.setOption(.autoRead, value: true).get()
        _ = try await tunnel.frames { frame in
            if case .streamClose(.number(total), _, _) = frame { true } else { false }
        }
        #expect(try await answers(tunnel))
        await tunnel.connection.close()
        try await gateway.stop()
    }
}
