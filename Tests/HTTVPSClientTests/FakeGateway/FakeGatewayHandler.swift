import Foundation
import HTTVPSProtocol
import NIOCore
import Synchronization

final class FakeGatewayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let gateway: FakeGateway
    private var head: ByteBuffer? = ByteBuffer()
    private var assembler = WebSocketMessageAssembler(
        role: .gateway, limits: WebSocketLimits(text: true, binaryPayload: 65_536))
    private var encoder = WebSocketFrameEncoder(role: .gateway)
    private var session: FakeSession?
    private var encoding = FrameEncoding.json
    private var context: ChannelHandlerContext?
    private var untilCut: Int?

    init(_ gateway: FakeGateway, isUpgraded: Bool = false) {
        self.gateway = gateway
        if isUpgraded { head = nil }
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) { leave() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let frame = event as? Frame { write(frame) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var head {
            head.writeBuffer(&bytes)
            guard let rest = upgrade(&head) else { return }
            bytes = rest
        }
        if let left = untilCut, bytes.readableBytes >= left, session != nil {
            receive(bytes.getSlice(at: bytes.readerIndex, length: left) ?? bytes)
            return cut()
        }
        untilCut = untilCut.map { $0 - bytes.readableBytes }
        receive(bytes)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isWritable { session?.goOn() }
    }

    func write(_ frame: Frame) {
        var out = ByteBuffer()
        encoder.append(encoding == .binary ? .binary : .text, to: &out) { encoding.encode(frame, into: &$0) }
        write(out)
    }

    func leave() {
        if session?.carrier === self { session?.carrier = nil }
        session = nil
        context?.close(promise: nil)
        context = nil
    }

    private func upgrade(_ head: inout ByteBuffer) -> ByteBuffer? {
        let text = String(buffer: head)
        guard let end = text.range(of: "\r\n\r\n") else {
            self.head = head
            return nil
        }
        self.head = nil
        accept(text[..<end.lowerBound].components(separatedBy: "\r\n"))
        head.moveReaderIndex(forwardBy: text[..<end.upperBound].utf8.count)
        return head
    }

    private func accept(_ lines: [String]) {
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), String(line[line.index(after: colon)...]))
        }
        let words = lines[0].components(separatedBy: " ")
        guard
            let key = WebSocketHandshake.key(
                ofUpgradeTo: "/ws", method: words[0], isHTTP11: words[2] == "HTTP/1.1", target: words[1],
                headers: headers)
        else { return write(ByteBuffer(string: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) }
        let fields = WebSocketHandshake.upgradeResponse(for: key).map { "\($0.name): \($0.value)\r\n" }.joined()
        write(ByteBuffer(string: "HTTP/1.1 101 Switching Protocols\r\n\(fields)\r\n"))
    }

    private func write(_ bytes: ByteBuffer) {
        guard let context else { return }
        guard let left = untilCut, bytes.readableBytes >= left else {
            untilCut = untilCut.map { $0 - bytes.readableBytes }
            return context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
        if let part = bytes.getSlice(at: bytes.readerIndex, length: left) {
            context.writeAndFlush(wrapOutboundOut(part), promise: nil)
        }
        cut()
    }

    private func cut() {
        guard context != nil else { return }
        untilCut = nil
        gateway.ledger.withLock { $0.cuts += 1 }
        leave()
    }

    private func receive(_ bytes: ByteBuffer) {
        assembler.append(bytes)
        do {
            while context != nil, let message = try assembler.next() { try receive(message) }
        } catch {
            leave()
        }
    }

    private func receive(_ message: WebSocketMessage) throws {
        switch message {
        case .close(let close):
            write(encoder.encode(close))
            leave()
        case .ping(let payload): write(encoder.encode(.pong, payload))
        case .pong: break
        case .text(let bytes) where session == nil: greet(try Hello.decode(bytes))
        case .binary(let bytes) where session == nil: receiveEarly(bytes)
        case .text(let bytes), .binary(let bytes):
            guard let frame = try encoding.decode(bytes, maxPayload: 65_536) else { return }
            if case .ping = frame { gateway.ledger.withLock { $0.pings += 1 } }
            if case .padding(let count) = frame { gateway.ledger.withLock { $0.padding.append(count) } }
            try session?.receive(frame)
        }
    }

    private func receiveEarly(_ bytes: ByteBuffer) {
        guard case .streamOpen(_, let target, _)? = try? BinaryFrameCodec.decode(bytes, maxPayload: 16_384) else {
            return
        }
        gateway.ledger.withLock { $0.early.append(target) }
    }

    private func greet(_ hello: Hello) {
        let behaviour = gateway.current
        let count = gateway.ledger.withLock { ledger in
            ledger.hellos.append(hello)
            return ledger.hellos.count
        }
        guard !behaviour.isMute else { return }
        if let request = hello.resume { return resume(hello, request, count) }
        if let refusal = behaviour.refusal ?? behaviour.refusalByToken[hello.token] { return refuse(refusal) }
        begin(FakeSession(count, gateway, hello), resumed: nil, behaviour.renewalByToken[hello.token])
    }

    private func resume(_ hello: Hello, _ request: ResumeRequest, _ count: Int) {
        let behaviour = gateway.current
        if let refusal = behaviour.resumeRefusal { return refuse(refusal) }
        guard !behaviour.forgetsSessions, let known = gateway.sessions.value[request.sessionID] else {
            if let refusal = behaviour.refusal { return refuse(refusal) }
            return begin(FakeSession(count, gateway, hello), resumed: false)
        }
        guard known.token == request.resumeToken, request.attempt > known.attempt else {
            return refuse("invalid_token")
        }
        known.attempt = request.attempt
        known.carrier?.leave()
        let answer = known.resume(request.streams)
        gateway.ledger.withLock { $0.resumed += 1 }
        stand(known, answer)
        known.goOn()
        if behaviour.goesAwayAfterResume { write(.goaway(reason: "draining", graceSeconds: 30)) }
    }

    private func begin(_ session: FakeSession, resumed: Bool?, _ renewal: DeviceCredentials? = nil) {
        gateway.sessions.value[session.id] = session
        var answer = session.grant
        answer.resumed = resumed
        answer.credentials = renewal
        stand(session, answer)
    }

    private func stand(_ session: FakeSession, _ answer: SessionGrant) {
        write(encoder.encode(.text, AuthResult.allowed(answer).encoded()))
        encoding = FrameEncoding(answer.capabilities)
        self.session = session
        session.carrier = self
        untilCut = gateway.nextCut()
    }

    private func refuse(_ reason: String) {
        write(encoder.encode(.text, AuthResult.refused(reason: reason).encoded()))
        write(encoder.encode(WebSocketClose(code: .policyViolation, reason: reason)))
    }
}
