import DequeModule
import Foundation
import HTTVPSProtocol
import NIOCore

final class LocalRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case negotiating
        case opening
        case relaying(Switchboard.Line)
        case associated(any Channel)
        case over
    }

    private let switchboard: Switchboard
    private let timeout: TimeAmount
    private let repliesAtOnce: Bool
    private let handshakeTimeout: TimeAmount
    private let idleTimeout: TimeAmount?
    private var negotiation: any ProxyNegotiation
    private var phase = Phase.negotiating
    private var context: ChannelHandlerContext?
    private var inbox = ByteBuffer()
    private var pending: Deque<ByteBuffer> = []
    private var isReading = true
    private var hasReplied = false
    private var inputEnded = false
    private var finishSent = false
    private var remoteFinished = false
    private var held: ByteBuffer?
    private var unflushed = 0
    private var outstanding = 0
    private var moved = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(_ proxy: LocalProxyConfiguration, switchboard: Switchboard, timeout: TimeAmount) {
        negotiation = proxy.kind.negotiation(proxy.credentials)
        repliesAtOnce = proxy.repliesAtOnce
        handshakeTimeout = TimeAmount(proxy.handshakeTimeout)
        idleTimeout = proxy.idleTimeout.map { TimeAmount($0) }
        self.switchboard = switchboard
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: handshakeTimeout) { self.close() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch phase {
        case .negotiating:
            inbox.writeBuffer(&bytes)
            negotiate()
        case .opening: pending.append(bytes)
        case .relaying(let line):
            moved = context.eventLoop.now
            if pending.isEmpty { line.session.send(&bytes, on: line.id) }
            if bytes.readableBytes > 0 {
                pending.append(bytes)
                setAutoRead(false)
            }
        case .associated, .over: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .relaying(let line) = phase { line.session.flush() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return context.fireUserInboundEventTriggered(event) }
        inputEnded = true
        switch phase {
        case .negotiating, .associated, .over: close()
        case .opening: break
        case .relaying(let line):
            pump(line)
            line.session.flush()
        }
    }

    func channelInactive(context: ChannelHandlerContext) { abandon() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

    private func negotiate() {
        while case .negotiating = phase {
            switch negotiation.receive(&inbox) {
            case .wait: return
            case .reply(let bytes): reply(bytes)
            case .open(let target, let preface):
                for bytes in [preface, inbox] where bytes.readableBytes > 0 { pending.append(bytes) }
                inbox = ByteBuffer()
                open(target)
            case .associate: associate()
            case .refuse(let bytes): refuse(bytes)
            }
        }
    }

    private func open(_ target: TargetAddress) {
        phase = .opening
        watchIdleness()
        setAutoRead(false)
        switchboard.open(target, for: self, within: timeout) { result in self.answered(result) }
    }

    private func associate() {
        guard let context else { return }
        phase = .opening
        inbox = ByteBuffer()
        SocksAssociation.open(beside: context.channel, switchboard).assumeIsolated().whenComplete { result in
            self.associated(result)
        }
    }

    private func associated(_ result: Result<any Channel, any Error>) {
        guard case .opening = phase, context != nil, !inputEnded else {
            try? result.get().close(promise: nil)
            return close()
        }
        guard let channel = try? result.get(), let address = channel.localAddress else {
            return refuse(negotiation.failure(.general))
        }
        phase = .associated(channel)
        reply(SocksNegotiation.associated(at: address))
    }

    private func answered(_ result: Result<Switchboard.Line, ClientError>) {
        switch result {
        case .failure(let error):
            if case .opening = phase { refuse(negotiation.failure(ProxyFailure(error))) }
        case .success(let line):
            guard case .opening = phase, context != nil else {
                line.session.close(line.id, .normal)
                return line.session.flush()
            }
            phase = .relaying(line)
            if repliesAtOnce { replySuccess() }
            pump(line)
            line.session.flush()
        }
    }

    private func pump(_ line: Switchboard.Line) {
        while var next = pending.popFirst() {
            line.session.send(&next, on: line.id)
            guard next.readableBytes == 0 else { return pending.prepend(next) }
        }
        if inputEnded {
            finishSent = true
            line.session.sendFinish(on: line.id)
            closeIfDone()
        } else {
            setAutoRead(true)
        }
    }

    private func watchIdleness() {
        timer?.cancel()
        guard let idleTimeout, let context else { return }
        moved = context.eventLoop.now
        watch(until: moved + idleTimeout, idleTimeout)
    }

    private func watch(until deadline: NIODeadline, _ limit: TimeAmount) {
        timer = context?.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            guard self.moved + limit > deadline else { return self.close() }
            self.watch(until: self.moved + limit, limit)
        }
    }

    private func reply(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

    private func replySuccess() {
        guard !hasReplied else { return }
        hasReplied = true
        let success = negotiation.success
        if success.readableBytes > 0 { reply(success) }
    }

    private func refuse(_ bytes: ByteBuffer) {
        phase = .over
        if bytes.readableBytes > 0 { reply(bytes) }
        context?.close(promise: nil)
    }

    private func setAutoRead(_ value: Bool) {
        guard isReading != value else { return }
        isReading = value
        try? context?.channel.syncOptions?.setOption(ChannelOptions.autoRead, value: value)
    }

    private func close() {
        abandon()
        context?.close(promise: nil)
    }

    private func abandon() {
        if case .relaying(let line) = phase, !(finishSent && remoteFinished) {
            line.session.close(line.id, .normal)
            line.session.flush()
        }
        if case .associated(let channel) = phase { channel.close(promise: nil) }
        phase = .over
        pending.removeAll()
        inbox = ByteBuffer()
    }

    private func closeIfDone() {
        guard remoteFinished, outstanding == 0 else { return }
        if finishSent {
            close()
        } else {
            context?.close(mode: .output, promise: nil)
        }
    }
}

extension LocalRelay: StreamConsumer {
    var silentSinceItsEnd: NIODeadline? { finishSent && outstanding == 0 ? moved : nil }

    func makeRoom() { close() }

    func streamOpened() { replySuccess() }

    func streamReceived(_ data: ByteBuffer) {
        guard data.readableBytes > 0 else { return }
        replySuccess()
        if let held { context?.write(wrapOutboundOut(held), promise: nil) }
        held = data
        unflushed += data.readableBytes
    }

    func streamReadCompleted() {
        guard let context, let last = held, case .relaying(let line) = phase else { return }
        held = nil
        let count = unflushed
        unflushed = 0
        outstanding += count
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in self.written(count, line) }
        context.writeAndFlush(wrapOutboundOut(last), promise: promise)
    }

    private func written(_ count: Int, _ line: Switchboard.Line) {
        outstanding -= count
        moved = .now()
        line.session.consumed(count, on: line.id)
        line.session.flush()
        closeIfDone()
    }

    func streamFinished() {
        streamReadCompleted()
        remoteFinished = true
        closeIfDone()
    }

    func streamClosed(_ reason: StreamCloseReason, message: String) {
        guard case .relaying = phase else { return }
        phase = .over
        pending.removeAll()
        if !hasReplied {
            reply(negotiation.failure(ProxyFailure(reason)))
        } else if reason != .normal {
            _ = (context?.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context?.close(promise: nil)
    }

    func streamMayWrite() {
        guard case .relaying(let line) = phase else { return }
        pump(line)
    }
}
