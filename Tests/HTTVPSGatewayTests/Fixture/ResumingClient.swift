import HTTVPSProtocol
import NIOCore

@testable import HTTVPSGateway

final class ResumingClient {
    struct Transfer {
        var sent = 0
        var toSend = 0
        var finishesSending = true
        var hasFinished = false
        var received = 0
        var isExact = true
        var isFinished = false
        var isReading = true
        var unread = 0
        var closed: StreamCloseReason?
    }

    let port: Int
    var nextIsHTTP2 = false
    let hello: Hello
    private(set) var grant: SessionGrant
    private(set) var tunnel: TestTunnel
    private(set) var transfers: [StreamID: Transfer] = [:]
    private(set) var goaways = 0
    private var multiplexer: Multiplexer
    private var attempt: UInt64 = 0

    private init(port: Int, hello: Hello, grant: SessionGrant, tunnel: TestTunnel) {
        self.port = port
        self.hello = hello
        self.grant = grant
        self.tunnel = tunnel
        multiplexer = Self.multiplexer(grant)
    }

    static func open(port: Int, device: String = "dev_1", maximumWindow: Int? = nil) async throws -> ResumingClient {
        let hello = Hello(
            deviceID: device, token: "token", capabilities: [.binary, .flowControl, .padding, .resume])
        let tunnel = try await TestTunnel.upgrade(port: port)
        guard case .allowed(let grant) = try await tunnel.greet(hello) else { throw TestTunnel.Closed() }
        return ResumingClient(port: port, hello: hello, grant: grant, tunnel: tunnel)
    }

    private static func multiplexer(_ grant: SessionGrant) -> Multiplexer {
        Multiplexer(
            configuration: .init(
                role: .client, capabilities: grant.capabilities, maxStreams: grant.maxStreams,
                initialWindow: grant.initialWindow))
    }

    func request() -> ResumeRequest {
        attempt += 1
        return ResumeRequest(
            sessionID: grant.sessionID, resumeToken: grant.resumeToken ?? "", attempt: attempt,
            streams: multiplexer.listedStreams)
    }

    func ask(_ request: ResumeRequest, device: String? = nil, capabilities: Capabilities? = nil) async throws -> (
        TestTunnel, AuthResult
    ) {
        var hello = hello
        hello.resume = request
        if let device { hello.deviceID = device }
        if let capabilities { hello.capabilities = capabilities }
        let tunnel =
            nextIsHTTP2
            ? try await TestTunnel.over(try await TestHTTP2.open(port: port)) : try await TestTunnel.upgrade(port: port)
        return (tunnel, try await tunnel.greet(hello))
    }

    func cut() async { await tunnel.connection.close() }

    func resume() async throws {
        let (tunnel, answer) = try await ask(request())
        guard case .allowed(let grant) = answer, grant.resumed == true else {
            throw TestTunnel.Unexpected(message: "\(answer)")
        }
        take(tunnel, grant)
    }

    func take(_ tunnel: TestTunnel, _ answer: SessionGrant) {
        self.tunnel = tunnel
        for ended in multiplexer.resume(listed: answer.streams, lastStreamID: answer.lastStreamID) {
            transfers[ended.id]?.closed = ended.isNormal ? .normal : .internal
        }
        while let frame = multiplexer.nextRepeat(maxPayload: answer.maxPayload) { tunnel.post(frame) }
    }

    func open(_ target: String = "127.0.0.1:7", sending count: Int, finishes: Bool = true) throws -> StreamID {
        guard let address = TargetAddress(target) else { throw TestTunnel.Closed() }
        let id = try multiplexer.openStream(to: address)
        transfers[id] = Transfer(toSend: count, finishesSending: finishes)
        tunnel.post(.streamOpen(id, target: address, data: ByteBuffer()))
        return id
    }

    func setReading(_ isReading: Bool, on id: StreamID) {
        transfers[id]?.isReading = isReading
        guard isReading, let unread = transfers[id]?.unread else { return }
        transfers[id]?.unread = 0
        if let window = multiplexer.consume(unread, on: id) { tunnel.post(window) }
    }

    func run(until done: (ResumingClient) -> Bool) async throws {
        sendMore()
        while !done(self) {
            try await step()
            sendMore()
        }
    }

    func step() async throws {
        switch try await tunnel.next() {
        case .binary(let bytes):
            guard let frame = try BinaryFrameCodec.decode(bytes, maxPayload: 1 << 20) else { return }
            take(try multiplexer.receive(frame))
        case .ping, .pong: break
        case let other: throw TestTunnel.Unexpected(message: "\(String(describing: other))")
        }
    }

    func sendMore() {
        for (id, transfer) in transfers where transfer.closed == nil {
            while let now = transfers[id], now.sent < now.toSend {
                let count = min(multiplexer.credit(id), now.toSend - now.sent, 16_384)
                guard count > 0 else { break }
                let data = TestPattern.bytes(at: now.sent, count: count)
                multiplexer.sendData(data, on: id)
                transfers[id]?.sent += count
                tunnel.post(.streamData(id, data))
            }
            guard let now = transfers[id], now.sent == now.toSend, now.finishesSending, !now.hasFinished else {
                continue
            }
            transfers[id]?.hasFinished = true
            if multiplexer.sendFinish(on: id) { tunnel.post(.streamFinish(id)) }
        }
    }

    private func take(_ result: Multiplexer.OnFrame) {
        switch result {
        case .data(let id, let data, let acknowledgement):
            if let acknowledgement { tunnel.post(acknowledgement) }
            receive(data, on: id)
        case .finish(let id, let acknowledgement):
            transfers[id]?.isFinished = true
            if let acknowledgement { tunnel.post(acknowledgement) }
        case .closed(let id, let reason, _): transfers[id]?.closed = reason
        case .reply(let frame): tunnel.post(frame)
        case .goaway: goaways += 1
        default: break
        }
    }

    private func receive(_ data: ByteBuffer, on id: StreamID) {
        guard let transfer = transfers[id] else { return }
        if !TestPattern.matches(data, at: transfer.received) { transfers[id]?.isExact = false }
        transfers[id]?.received += data.readableBytes
        guard transfer.isReading else {
            transfers[id]?.unread += data.readableBytes
            return
        }
        if let window = multiplexer.consume(data.readableBytes, on: id) { tunnel.post(window) }
    }
}
