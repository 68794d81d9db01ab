import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import NIOHTTP2
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct HTTP2SessionTests {
    private let target = TargetAddress("127.0.0.1:7")

    private func echo(_ tunnel: TestTunnel, stream: Int, bytes: Int) async throws {
        try await tunnel.send(
            .streamOpen(.number(UInt32(stream)), target: target, data: ByteBuffer(repeating: 3, count: 1_000)))
        for _ in 0..<(bytes / 16_000) {
            try await tunnel.send(.streamData(.number(UInt32(stream)), ByteBuffer(repeating: 4, count: 16_000)))
        }
        let expected = 1_000 + bytes / 16_000 * 16_000
        var got = 0
        while got < expected {
            if case .streamData(_, let data) = try await tunnel.nextFrame() { got += data.readableBytes }
        }
        #expect(got == expected)
    }

    @Test("Several WebSockets share a connection, and one that is not read stops no other")
    func stalled() async throws {
        let gateway = try await TestGateway.start()
        let connection = try await TestHTTP2.open(port: gateway.port)
        let stalled = try await TestTunnel.open(over: connection, device: "dev_0")
        try await stalled.connection.channel.setOption(.autoRead, value: false).get()
        for stream in 1...8 {
            stalled.post(.streamOpen(.number(UInt32(stream)), target: target, data: ByteBuffer()))
            for _ in 0..<15 {
                stalled.post(.streamData(.number(UInt32(stream)), ByteBuffer(repeating: 1, count: 16_000)))
            }
        }
        for index in 1...3 {
            let tunnel = try await TestTunnel.open(over: connection, device: "dev_\(index)")
            for stream in 1...20 { try await echo(tunnel, stream: stream, bytes: 240_000) }
            try await tunnel.close()
            #expect(try await tunnel.error().close?.code == .normal)
            #expect(try await tunnel.isClosed())
        }
        #expect(gateway.table.count == 1)
        await connection.close()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 0 })
        try await gateway.stop()
    }

    @Test("A reset stream is a break of its session, and the connection stays")
    func reset() async throws {
        let gateway = try await TestGateway.start()
        let connection = try await TestHTTP2.open(port: gateway.port)
        let first = try await TestTunnel.open(over: connection, device: "dev_1")
        let second = try await TestTunnel.open(over: connection, device: "dev_2")
        try? await first.connection.channel.close()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 1 })
        try await echo(second, stream: 1, bytes: 64_000)
        try await second.connection.channel.close(mode: .output)
        #expect(try await second.isClosed())
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 0 })
        #expect(try await connection.request(HTTP2Tests.get("/none")).status == "404")
        await connection.close()
        try await gateway.stop()
    }

    @Test("A refused hello ends with its close frame and END_STREAM, never a reset")
    func refused() async throws {
        let controlPlane = TestBackend()
        controlPlane.with { $0.refusal = .invalidToken }
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let connection = try await TestHTTP2.open(port: gateway.port)
        let tunnel = try await TestTunnel.over(connection)
        try await tunnel.send(text: Hello(deviceID: "dev_1", token: "t").encoded())
        let (code, close) = try await tunnel.error()
        #expect(code == "invalid_token" && close?.code == .policyViolation)
        #expect(try await tunnel.isClosed())
        #expect(controlPlane.with { $0.asked.last?.clientIP } == "127.0.0.1")
        await connection.close()
        try await gateway.stop()
    }

    @Test("What comes with END_STREAM is answered in full, and never by a reset", arguments: [true, false])
    func endedAtOnce(closes: Bool) async throws {
        let gateway = try await TestGateway.start()
        let connection = try await TestHTTP2.open(port: gateway.port)
        let stream = try await connection.stream()
        try await stream.send(HTTP2Tests.connect("/ws"), endStream: false)
        var encoder = WebSocketFrameEncoder(role: .client)
        let payload = closes ? WebSocketClose(code: .normal).payload : ByteBuffer(string: "no hello")
        try await stream.send(encoder.encode(closes ? .close : .text, payload), endStream: true)
        let answer = await stream.answer()
        #expect(answer.status == "200" && answer.hasEnded && answer.reset == nil)
        #expect(answer.body.contains(closes ? "\u{3}" : "bad_hello"))
        #expect(try await connection.request(HTTP2Tests.get("/none")).status == "404")
        await connection.close()
        try await gateway.stop()
    }

    @Test("A stream that its client leaves open is ended without an error code, and the connection stays")
    func leftOpen() async throws {
        let controlPlane = TestBackend()
        controlPlane.with { $0.refusal = .deviceBlocked }
        let gateway = try await TestGateway.start(controlPlane: controlPlane)
        let connection = try await TestHTTP2.open(port: gateway.port)
        let stream = try await connection.stream()
        try await stream.send(HTTP2Tests.connect("/ws"), endStream: false)
        var encoder = WebSocketFrameEncoder(role: .client)
        try await stream.send(encoder.encode(.text, Hello(deviceID: "dev_1", token: "t").encoded()))
        let answer = await stream.answer()
        #expect(answer.status == "200" && answer.body.contains("device_blocked") && answer.hasEnded)
        #expect(answer.reset == .noError)
        #expect(try await connection.request(HTTP2Tests.get("/none")).status == "404")
        await connection.close()
        try await gateway.stop()
    }

    @Test("A drain says GOAWAY, lets the stream's session end and closes the connection")
    func drain() async throws {
        let gateway = try await TestGateway.start()
        let connection = try await TestHTTP2.open(port: gateway.port)
        let tunnel = try await TestTunnel.open(over: connection, device: "dev_1")
        await gateway.beginShutdown()
        let (code, close) = try await tunnel.error()
        #expect(code == "draining" && close?.code == .goingAway)
        try await tunnel.close(.goingAway)
        #expect(try await tunnel.isClosed())
        try await gateway.stop()
        try await connection.channel.closeFuture.get()
    }

    @Test("A stream's window grows with what is taken from it, from 256 KiB to 4 MiB")
    func window() {
        var window = StreamWindow()
        #expect(window.consumed(100_000) == nil)
        var granted = StreamWindow.initial
        var taken = 100_000
        while taken < 100 << 20 {
            granted += window.consumed(16_000) ?? 0
            taken += 16_000
            #expect(granted - taken <= StreamWindow.largest && granted - taken >= StreamWindow.initial / 2 - 16_000)
        }
        #expect(granted - taken > StreamWindow.largest / 2 - 16_000)
    }
}
