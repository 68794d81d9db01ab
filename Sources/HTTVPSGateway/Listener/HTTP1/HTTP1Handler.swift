import HTTVPSProtocol
import NIOCore

final class HTTP1Handler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case site
        case waiting(RequestHead, key: String)
        case upgraded
        case over
    }

    private static let lingerWait = TimeAmount.seconds(2)
    private static let farewellWait = TimeAmount.seconds(120)

    private let site: any Site
    private let handshakeTimeout: TimeAmount
    private let makeSession: (RequestHead, NIODeadline) -> (any ChannelHandler)?
    private var handshakeStart: NIODeadline
    private var gate: UpgradeGate
    private var answers = ResponseScanner()
    private var connection: (any SiteConnection)?
    private var context: ChannelHandlerContext?
    private var state = State.site
    private var hasAnswered = false
    private var wantsRead = false
    private var isProcessing = false
    private var timer: Scheduled<Void>?

    init(
        path: String?, site: any Site, acceptedAt: NIODeadline, handshakeTimeout: TimeAmount,
        makeSession: @escaping (RequestHead, NIODeadline) -> (any ChannelHandler)?
    ) {
        self.site = site
        self.handshakeTimeout = handshakeTimeout
        self.makeSession = makeSession
        handshakeStart = acceptedAt
        gate = UpgradeGate(path: path)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection = site.connect(self, on: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .over = state { return }
        gate.receive(unwrapInboundIn(data))
        process()
    }

    func read(context: ChannelHandlerContext) {
        if isOpenToReads { context.read() } else { wantsRead = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        switch state {
        case .site, .waiting:
            state = .site
            gate.goBlind()
            process()
            connection?.receiveEnd()
        case .over: context.close(promise: nil)
        case .upgraded: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection?.visitorWritabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private var isOpenToReads: Bool {
        switch state {
        case .site: connection?.isReady ?? true
        case .waiting: false
        case .upgraded, .over: true
        }
    }

    private func leave() {
        timer?.cancel()
        connection?.close()
        connection = nil
        context = nil
    }

    private func readOn() {
        guard wantsRead, isOpenToReads else { return }
        wantsRead = false
        context?.read()
    }

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while case .site = state {
            let isNew = gate.isBeforeRequest
            let action = gate.next()
            if isNew, !gate.isBeforeRequest || action != nil { began() }
            switch action {
            case .pass(let bytes, let request):
                if let request { answers.expect(request.method) }
                connection?.receive(bytes)
            case .upgrade(let head, let key):
                state = .waiting(head, key: key)
                upgradeIfAnswered()
            case nil: return
            }
        }
    }

    private func began() {
        if hasAnswered { handshakeStart = .now() }
        connection?.requestBegan()
    }
}

extension HTTP1Handler: SiteVisitor {
    var isWritable: Bool { context?.channel.isWritable ?? false }

    func siteSent(_ bytes: ByteBuffer) {
        guard let context else { return }
        hasAnswered = true
        var answer = bytes
        var isLast = false
        scan: while let event = answers.next(&answer) {
            switch event {
            case .tunnel, .malformed:
                isLast = true
                break scan
            case .head(let head) where head.endsConnection: isLast = true
            case .head, .body, .end: break
            }
        }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if isLast { leaveToSite() }
        upgradeIfAnswered()
    }

    func siteIsReady() { readOn() }

    func siteEnded() {
        guard let context else { return }
        state = .over
        connection = nil
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.closeLater(Self.lingerWait) }
        closeLater(Self.farewellWait)
        context.close(mode: .output, promise: promise)
        readOn()
    }

    private func leaveToSite() {
        gate.goBlind()
        guard case .waiting = state else { return }
        state = .site
        process()
        readOn()
    }

    private func closeLater(_ patience: TimeAmount) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    private func upgradeIfAnswered() {
        guard case .waiting(let head, let key) = state, answers.isAtRest, let context else { return }
        guard let session = makeSession(head, handshakeStart + handshakeTimeout) else { return leaveToSite() }
        state = .upgraded
        connection?.close()
        connection = nil
        var answer = "HTTP/1.1 101 Switching Protocols\r\n"
        for (name, value) in WebSocketHandshake.upgradeResponse(for: key) { answer += "\(name): \(value)\r\n" }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer + "\r\n")), promise: nil)
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(session, position: .after(self))
            let rest = gate.takeRest()
            if rest.readableBytes > 0 {
                context.fireChannelRead(wrapInboundOut(rest))
                context.fireChannelReadComplete()
            }
            readOn()
            pipeline.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
