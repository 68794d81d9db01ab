import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    private static let forms: [Capabilities] = [[], .binary, .flowControl, [.binary, .flowControl]]

    private func id(_ number: UInt32, _ tunnel: TestTunnel) -> StreamID {
        tunnel.encoding == .binary ? .number(number) : .name("s\(number)")
    }

    @Test("A stream echoes its first data, later data and its finish", arguments: forms)
    func echoes(capabilities: Capabilities) async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: capabilities)
        let id = id(1, tunnel)
        try await tunnel.send(
            .streamOpen(id, target: TargetAddress("127.0.0.1:7"), data: ByteBuffer(string: "first ")),
            .streamData(id, ByteBuffer(string: "second")), .streamFinish(id))
        let frames = try await tunnel.frames { $0 == .streamFinish(id) }
        #expect(frames.first { if case .streamWindow = $0 { false } else { true } } == .streamOpened(id))
        var text = ByteBuffer()
        for case .streamData(_, let data) in frames { text.writeImmutableBuffer(data) }
        #expect(String(buffer: text) == "first second")
        if capabilities.contains(.flowControl) {
            #expect(frames.contains(.streamWindow(id, received: 13, limit: 262_144)))
        }
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.streamsActive.value == 0 })
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("The gateway sends exactly the credit that it has and goes on when more comes")
    func credit() async throws {
        var options = TestGateway.Options.echo
        options.sessions.initialWindow = 65_536
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let id = StreamID.number(1)
        try await tunnel.send(.streamOpen(id, target: TargetAddress("127.0.0.1:7"), data: ByteBuffer()))
        let half = ByteBuffer(repeating: 1, count: 32_768)
        try await tunnel.send(.streamData(id, half), .streamData(id, half))
        var received = 0
        var limit = 65_536
        while received < 65_536 || limit < 98_304 {
            switch try await tunnel.nextFrame() {
            case .streamData(_, let data): received += data.readableBytes
            case .streamWindow(_, _, let newLimit): limit = max(limit, Int(newLimit))
            default: break
            }
        }
        #expect(received == 65_536)
        #expect(limit >= 65_536 + 32_768)
        try await tunnel.send(.streamData(id, ByteBuffer(repeating: 2, count: 30_000)), .ping(ByteBuffer(string: "a")))
        #expect(try await tunnel.frames { $0 == .pong(ByteBuffer(string: "a")) }.allSatisfy(Self.isNoData))
        try await tunnel.send(.streamWindow(id, received: 65_536, limit: 65_537))
        guard case .streamData(_, let one) = try await tunnel.nextFrame() else {
            Issue.record("no data")
            return
        }
        #expect(one.readableBytes == 1)
        try await tunnel.send(.streamWindow(id, received: 65_537, limit: 200_000))
        guard case .streamData(_, let rest) = try await tunnel.nextFrame() else {
            Issue.record("no data")
            return
        }
        #expect(rest.readableBytes == 29_999)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    private static func isNoData(_ frame: Frame) -> Bool { if case .streamData = frame { false } else { true } }

    @Test("Streams fail alone: refused, unknown, beyond the limit; the session goes on")
    func streamErrors() async throws {
        var options = TestGateway.Options.echo
        options.sessions.maxStreams = 1
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port, capabilities: [])
        func open(_ name: String, _ target: String) async throws -> Frame {
            try await tunnel.send(.streamOpen(.name(name), target: TargetAddress(target), data: ByteBuffer()))
            return try await tunnel.nextFrame()
        }
        func reason(_ frame: Frame) -> StreamCloseReason? {
            if case .streamClose(_, let reason, _) = frame { reason } else { nil }
        }
        #expect(reason(try await open("a", "10.0.0.1:80")) == .deniedByPolicy)
        #expect(reason(try await open("b", "no port")) == .badTarget)
        #expect(try await open("c", "127.0.0.1:7") == .streamOpened(.name("c")))
        #expect(reason(try await open("d", "127.0.0.1:7")) == .streamLimit)
        try await tunnel.send(.streamData(.name("x"), ByteBuffer(string: "?")))
        #expect(reason(try await tunnel.nextFrame()) == .unknownStream)
        #expect(reason(try await open("c", "127.0.0.1:7")) == .duplicateStream)
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.streamsActive.value == 0 })
        #expect(try await open("e", "127.0.0.1:7") == .streamOpened(.name("e")))
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A stream without credit does not stop the one beside it")
    func stalledBesideRunning() async throws {
        var options = TestGateway.Options.echo
        options.sessions.initialWindow = 65_536
        let gateway = try await TestGateway.start(options)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        let (stalled, running) = (StreamID.number(1), StreamID.number(2))
        let target = TargetAddress("127.0.0.1:7")
        try await tunnel.send(
            .streamOpen(stalled, target: target, data: ByteBuffer(repeating: 1, count: 65_536)),
            .streamOpen(running, target: target, data: ByteBuffer()))
        var echoed: [StreamID: Int] = [:]
        var sent = 0
        while echoed[running, default: 0] < 1 << 20 {
            if sent - echoed[running, default: 0] < 32_768, sent < 1 << 20 {
                tunnel.post(.streamData(running, ByteBuffer(repeating: 2, count: 16_384)))
                sent += 16_384
            }
            if case .streamData(let id, let data) = try await tunnel.nextFrame() {
                echoed[id, default: 0] += data.readableBytes
                let received = UInt64(echoed[running, default: 0])
                if id == running { tunnel.post(.streamWindow(id, received: received, limit: received + 65_536)) }
            }
        }
        #expect(echoed[stalled] == 65_536)
        #expect(echoed[running] == 1 << 20)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A hundred streams relay at once and leave nothing behind")
    func hundredStreams() async throws {
        let gateway = try await TestGateway.start()
        let tunnel = try await TestTunnel.open(port: gateway.port)
        for number in 1...100 {
            tunnel.post(
                .streamOpen(
                    .number(UInt32(number)), target: TargetAddress("127.0.0.1:7"),
                    data: ByteBuffer(repeating: UInt8(number), count: 10_000)),
                .streamFinish(.number(UInt32(number))))
        }
        var bytes: [StreamID: Int] = [:]
        var finished = 0
        while finished < 100 {
            switch try await tunnel.nextFrame() {
            case .streamData(let id, let data): bytes[id, default: 0] += data.readableBytes
            case .streamFinish: finished += 1
            default: break
            }
        }
        #expect(bytes.count == 100 && bytes.values.allSatisfy { $0 == 10_000 })
        try await tunnel.close()
        _ = try await tunnel.error()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.table.count == 0 })
        #expect(gateway.metrics.streamsActive.value == 0)
        try await gateway.stop()
        #expect(gateway.controlPlane.with { $0.reports.last?.streamsOpened } == 100)
        #expect(gateway.controlPlane.with { $0.reports.last?.bytesUp } == 1_000_000)
        #expect(gateway.controlPlane.with { $0.reports.last?.bytesDown } == 1_000_000)
    }
}
