import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct SessionErrorTests {
    private func fails(
        _ expected: (String, UInt16), capabilities: Capabilities = [.binary, .flowControl],
        _ provoke: (TestTunnel) async throws -> Void
    ) async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: capabilities)
        try await provoke(tunnel)
        let (code, close) = try await tunnel.error()
        #expect(code == expected.0)
        #expect(close == WebSocketClose(code: WebSocketCloseCode(rawValue: expected.1), reason: expected.0))
        try await tunnel.close()
        #expect(try await tunnel.isClosed())
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 0 })
        #expect(gateway.metrics.sessionsActive.value == 0)
        #expect(gateway.metrics.streamsActive.value == 0)
        try await gateway.stop()
    }

    @Test("Frames that break the protocol end the session with bad_frame and 1002", arguments: [0, 1, 2, 3, 4, 5])
    func badFrame(number: Int) async throws {
        try await fails(("bad_frame", 1002)) { tunnel in
            let target = TargetAddress("127.0.0.1:7")
            switch number {
            case 0: try await tunnel.send(.binary, ByteBuffer(bytes: [0x3F]))
            case 1: try await tunnel.send(.binary, ByteBuffer())
            case 2: try await tunnel.send(.streamOpened(.number(1)))
            case 3: try await tunnel.send(text: ByteBuffer(string: #"{"type":"ping"}"#))
            case 4:
                try await tunnel.send(
                    .streamOpen(.number(2), target: target, data: ByteBuffer()),
                    .streamOpen(.number(1), target: target, data: ByteBuffer()))
            default:
                try await tunnel.send(
                    .streamOpen(.number(1), target: target, data: ByteBuffer()), .streamFinish(.number(1)),
                    .streamData(.number(1), ByteBuffer(string: "late")))
            }
        }
    }

    @Test("A message beyond the limit ends the session with message_too_big and 1009")
    func messageTooBig() async throws {
        try await fails(("message_too_big", 1009)) { tunnel in
            try await tunnel.send(.binary, ByteBuffer(repeating: 3, count: 65_536 + 513))
        }
        try await fails(("message_too_big", 1009)) { tunnel in
            try await tunnel.send(.streamData(.number(1), ByteBuffer(repeating: 3, count: 65_537)))
        }
    }

    @Test("Data past the limit and false acknowledgements are flow_control_error with 1002", arguments: [0, 1, 2])
    func flowControl(number: Int) async throws {
        try await fails(("flow_control_error", 1002)) { tunnel in
            let open = Frame.streamOpen(.number(1), target: TargetAddress("127.0.0.1:7"), data: ByteBuffer())
            switch number {
            case 0:
                try await tunnel.send(open)
                let part = ByteBuffer(repeating: 1, count: 65_536)
                for _ in 0..<9 { tunnel.post(.streamData(.number(1), part)) }
            case 1: try await tunnel.send(open, .streamWindow(.number(1), received: 1, limit: 1 << 20))
            default:
                try await tunnel.send(
                    open, .streamData(.number(1), ByteBuffer(string: "abc")))
                _ = try await tunnel.frames { if case .streamData = $0 { true } else { false } }
                try await tunnel.send(
                    .streamWindow(.number(1), received: 3, limit: 1 << 20),
                    .streamWindow(.number(1), received: 2, limit: 1 << 20))
            }
        }
    }

    @Test("A client that says nothing for two keepalives ends with idle_timeout and 1001")
    func idle() async throws {
        var options = TestGateway.Options.echo
        options.sessions.keepalive = .seconds(1)
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let (code, close) = try await tunnel.error()
        #expect(code == "idle_timeout")
        #expect(close?.code == .goingAway)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("Pings of both kinds are answered with their bytes")
    func pings() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.send(.ping, ByteBuffer(string: "hello"))
        #expect(try await tunnel.next() == .pong(ByteBuffer(string: "hello")))
        try await tunnel.send(.ping(ByteBuffer(string: "abc")))
        #expect(try await tunnel.nextFrame() == .pong(ByteBuffer(string: "abc")))
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A client's close code is echoed", arguments: [1000, 1001, 1003, 1008, 1014, 3000, 4999] as [UInt16])
    func echoesClose(code: UInt16) async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await tunnel.close(WebSocketCloseCode(rawValue: code))
        #expect(try await tunnel.error().close?.code?.rawValue == code)
        #expect(try await tunnel.isClosed())
        try await gateway.stop()
    }
}
