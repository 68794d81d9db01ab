import HTTVPSProtocol
import NIOCore

final class TestTunnel {
    struct Closed: Error {}
    struct NotUpgraded: Error { let answer: String }
    struct Unexpected: Error { let message: String }

    let connection: TestConnection
    private var arrived: AsyncStream<ByteBuffer>.Iterator
    private var assembler = WebSocketMessageAssembler(
        role: .client, limits: WebSocketLimits(text: 1 << 20, binary: 1 << 20))
    private var encoder = WebSocketFrameEncoder(role: .client)
    private(set) var grant: SessionGrant?

    private init(_ connection: TestConnection) {
        self.connection = connection
        arrived = connection.arrived.makeAsyncIterator()
    }

    static func upgrade(
        port: Int, path: String = "/ws", after pause: Duration = .zero, sending hello: ByteBuffer? = nil
    ) async throws -> TestTunnel {
        let tunnel = TestTunnel(try await TestConnection.open(port: port))
        if pause > .zero { try await Task.sleep(for: pause) }
        try await tunnel.upgrade(path: path, sending: hello)
        return tunnel
    }

    static func open(
        port: Int, capabilities: Capabilities = [.binary, .flowControl], device: String = "dev_1"
    ) async throws -> TestTunnel {
        let tunnel = try await upgrade(port: port)
        let hello = Hello(deviceID: device, token: "token", capabilities: capabilities)
        let answer = try await tunnel.greet(hello)
        guard case .allowed = answer else { throw Unexpected(message: "\(answer)") }
        return tunnel
    }

    static func over(_ http2: TestHTTP2) async throws -> TestTunnel {
        TestTunnel(try await TestConnection.carried(by: http2, HTTP2Tests.connect("/ws")))
    }

    static func open(over http2: TestHTTP2, device: String) async throws -> TestTunnel {
        let tunnel = try await over(http2)
        let hello = Hello(deviceID: device, token: "token", capabilities: [.binary, .flowControl])
        let answer = try await tunnel.greet(hello)
        guard case .allowed = answer else { throw Unexpected(message: "\(answer)") }
        return tunnel
    }

    func greet(_ hello: Hello) async throws -> AuthResult {
        try await send(text: hello.encoded())
        guard case .text(let text) = try await next() else { throw Closed() }
        let answer = try AuthResult.decode(text)
        if case .allowed(let grant) = answer { self.grant = grant }
        return answer
    }

    private func upgrade(path: String, sending hello: ByteBuffer?) async throws {
        var random = SystemRandomNumberGenerator()
        let key = WebSocketHandshake.requestKey(using: &random)
        var request = "GET \(path) HTTP/1.1\r\n"
        for (name, value) in WebSocketHandshake.upgradeRequest(host: "localhost", key: key) {
            request += "\(name): \(value)\r\n"
        }
        var first = ByteBuffer(string: request + "\r\n")
        if let hello { first.writeImmutableBuffer(encoder.encode(.text, hello)) }
        try await connection.channel.writeAndFlush(first)
        var bytes = ByteBuffer()
        var head: Range<ByteBufferView.Index>?
        while head == nil, var part = await arrived.next() {
            bytes.writeBuffer(&part)
            head = bytes.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8))
        }
        let answer = bytes.readString(length: (head?.upperBound ?? bytes.writerIndex) - bytes.readerIndex) ?? ""
        assembler.append(bytes)
        guard answer.hasPrefix("HTTP/1.1 101 "), answer.contains(WebSocketHandshake.acceptKey(for: key)) else {
            throw NotUpgraded(answer: answer)
        }
    }

    var encoding: FrameEncoding { FrameEncoding(grant?.capabilities ?? []) }

    func send(text: ByteBuffer) async throws { try await connection.channel.writeAndFlush(encoder.encode(.text, text)) }

    func send(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) async throws {
        try await connection.channel.writeAndFlush(encoder.encode(opcode, payload))
    }

    func send(raw bytes: [UInt8]) async throws { try await connection.channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    func send(_ frames: Frame..., as form: FrameEncoding? = nil) async throws {
        try await connection.channel.writeAndFlush(message(frames, form ?? encoding))
    }

    func post(_ frames: Frame...) {
        connection.channel.writeAndFlush(message(frames, encoding), promise: nil)
    }

    private func message(_ frames: [Frame], _ form: FrameEncoding) -> ByteBuffer {
        var out = ByteBuffer()
        for frame in frames {
            encoder.append(form == .binary ? .binary : .text, to: &out) { form.encode(frame, into: &$0) }
        }
        return out
    }

    func next() async throws -> WebSocketMessage? {
        while true {
            if let message = try assembler.next() { return message }
            guard let part = await arrived.next() else { return nil }
            if part == ByteBuffer(string: TestConnection.resetMark) { throw Unexpected(message: "reset") }
            assembler.append(part)
        }
    }

    func nextFrame() async throws -> Frame {
        let message = try await next()
        switch message {
        case .binary(let bytes), .text(let bytes):
            guard let frame = try encoding.decode(bytes, maxPayload: 1 << 20) else { throw Closed() }
            return frame
        default: throw Unexpected(message: "\(String(describing: message))")
        }
    }

    func frames(until done: (Frame) -> Bool) async throws -> [Frame] {
        var frames: [Frame] = []
        while true {
            let frame = try await nextFrame()
            frames.append(frame)
            if done(frame) { return frames }
        }
    }

    func error() async throws -> (code: String, close: WebSocketClose?) {
        var code = ""
        while let message = try await next() {
            switch message {
            case .binary(let bytes), .text(let bytes):
                let form: FrameEncoding = if case .text = message { .json } else { .binary }
                if case .error(let found, _, _) = try? form.decode(bytes, maxPayload: 1 << 20) { code = found }
                if case .text = message, case .refused(let reason) = try? AuthResult.decode(bytes) { code = reason }
            case .close(let close): return (code, close)
            case .ping, .pong: break
            }
        }
        return (code, nil)
    }

    func close(_ code: WebSocketCloseCode = .normal) async throws {
        try await connection.channel.writeAndFlush(encoder.encode(WebSocketClose(code: code)))
    }

    func isClosed() async throws -> Bool { try await next() == nil }
}
