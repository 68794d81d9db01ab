import HTTVPSProtocol
import NIOCore

final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case running
        case over
    }

    static let flushThreshold = 131_072
    static let unconsumedLimit = 1_048_576

    let hello: Hello
    let eventLoop: any EventLoop
    let verdict: EventLoopPromise<SessionGrant>
    let retired: EventLoopPromise<Void>
    let ended: EventLoopPromise<SessionEnd>

    var phase = Phase.running
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

    init(hello: Hello, eventLoop: any EventLoop) {
        self.hello = hello
        self.eventLoop = eventLoop
        machine = ClientSessionStateMachine(offered: hello.capabilities)
        verdict = eventLoop.makePromise()
        retired = eventLoop.makePromise()
        ended = eventLoop.makePromise()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        encoder.append(.text, to: &outgoing) { $0.writeImmutableBuffer((try? hello.encoded()) ?? ByteBuffer()) }
        flush()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        finish(.lost("the connection to the gateway ended"), closeCode: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        keepalive?.hear(now: context.eventLoop.now)
        if case .over = phase { return }
        isReading = true
        receive(bytes)
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
