import HTTVPSProtocol
import NIOCore
import NIOTLS

final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case connecting
        case upgrading(ByteBuffer)
        case running
        case over
    }

    static let flushThreshold = 131_072
    static let unconsumedLimit = 1_048_576

    let gateway: GatewayAddress
    let hello: Hello
    let eventLoop: any EventLoop
    let verdict: EventLoopPromise<SessionGrant>
    let retired: EventLoopPromise<Void>
    let ended: EventLoopPromise<SessionEnd>
    private let key: String

    var phase = Phase.connecting
    var machine: ClientSessionStateMachine
    var assembler = WebSocketMessageAssembler(
        role: .client, limits: ClientSessionStateMachine.limitsBeforeVerdict)
    var encoder = WebSocketFrameEncoder(role: .client)
    var keepalive: Keepalive?
    var keepaliveTimer: Scheduled<Void>?
    var context: ChannelHandlerContext?

    var consumers: [StreamID: any StreamConsumer] = [:]
    var touched: [StreamID] = []
    var blocked: [StreamID] = []
    var outgoing = ByteBuffer()
    var spare = ByteBuffer()
    var prefix = ByteBuffer()
    var isReading = false
    var unconsumed = 0

    init(gateway: GatewayAddress, hello: Hello, eventLoop: any EventLoop) {
        self.gateway = gateway
        self.hello = hello
        self.eventLoop = eventLoop
        machine = ClientSessionStateMachine(offered: hello.capabilities)
        verdict = eventLoop.makePromise()
        retired = eventLoop.makePromise()
        ended = eventLoop.makePromise()
        var generator = SystemRandomNumberGenerator()
        key = WebSocketHandshake.requestKey(using: &generator)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive, !gateway.isSecure { startUpgrade() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        finish(.unreachable("the connection to the gateway could not be made"), closeCode: nil)
    }

    func channelActive(context: ChannelHandlerContext) {
        if !gateway.isSecure { startUpgrade() }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { startUpgrade() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        keepalive?.hear(now: context.eventLoop.now)
        if case .over = phase { return }
        isReading = true
        switch phase {
        case .connecting, .over: break
        case .upgrading(var head):
            head.writeImmutableBuffer(bytes)
            receiveResponse(head)
        case .running: receive(bytes)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        let ids = touched
        touched.removeAll(keepingCapacity: true)
        for id in ids { consumers[id]?.streamReadCompleted() }
        flush()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resumeBlocked() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.lost("the connection to the gateway ended"), closeCode: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let message = "the connection to the gateway failed: \(ConnectFailure.sentence(error))"
        finish(machine.isEstablished ? .lost(message) : .unreachable(message), closeCode: nil)
    }

    private func startUpgrade() {
        guard case .connecting = phase, let context else { return }
        phase = .upgrading(ByteBuffer())
        var request = ByteBuffer(string: "GET \(gateway.path) HTTP/1.1\r\n")
        for (name, value) in WebSocketHandshake.upgradeRequest(host: gateway.hostHeader, key: key) {
            request.writeString("\(name): \(value)\r\n")
        }
        request.writeString("\r\n")
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    private func receiveResponse(_ bytes: ByteBuffer) {
        var rest = bytes
        do {
            guard let response = try UpgradeResponse.read(from: &rest) else {
                phase = .upgrading(rest)
                return
            }
            guard response.accepts(key) else {
                let message = "no tunnel is served at that address: the site answered \(response.status)"
                return finish(.unreachable(message), closeCode: nil)
            }
            phase = .running
            encoder.append(.text, to: &outgoing) { $0.writeImmutableBuffer((try? hello.encoded()) ?? ByteBuffer()) }
            receive(rest)
        } catch {
            finish(.unreachable("the gateway's answer is no HTTP/1.1 response"), closeCode: nil)
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        assembler.append(bytes)
        do {
            while case .running = phase, let message = try assembler.next() { handle(machine.receive(message)) }
        } catch {
            let fault = error.tunnelError ?? TunnelError(.badFrame, error.message)
            finish(.faulty(fault), closeCode: error.closeCode)
        }
    }

    private func handle(_ result: ClientSessionStateMachine.OnMessage) {
        switch result {
        case .ignored: break
        case .established(let grant): establish(grant)
        case .frame(let frame): handle(frame)
        case .pong(let payload): encoder.append(.pong, to: &outgoing) { $0.writeImmutableBuffer(payload) }
        case .end(let end, let closeCode): finish(end, closeCode: closeCode)
        }
    }

    private func establish(_ grant: SessionGrant) {
        assembler.limits = machine.limits
        startKeepalive(seconds: grant.keepaliveSeconds)
        verdict.succeed(grant)
    }

    var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    func finish(_ end: SessionEnd, closeCode: WebSocketCloseCode?) {
        if case .over = phase { return }
        if let closeCode, case .running = phase {
            encoder.append(.close, to: &outgoing) { out in
                out.writeImmutableBuffer(WebSocketClose(code: closeCode).payload)
            }
        }
        isReading = false
        flush()
        phase = .over
        machine.stop()
        keepaliveTimer?.cancel()
        let consumers = Array(self.consumers.values)
        self.consumers.removeAll()
        touched.removeAll()
        blocked.removeAll()
        verdict.fail(end.error)
        retired.succeed()
        ended.succeed(end)
        context?.close(promise: nil)
        for consumer in consumers { consumer.streamClosed(.internal, message: end.error.message) }
    }
}
