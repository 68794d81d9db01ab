import DequeModule
import HTTVPSProtocol
import Logging
import NIOCore

final class SessionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct ReadPause: OptionSet {
        let rawValue: UInt8
        static let verdict = ReadPause(rawValue: 1)
        static let congestion = ReadPause(rawValue: 2)
        static let backlog = ReadPause(rawValue: 4)
    }

    enum Timer: Hashable { case handshake, silence, drain, lease, farewell }

    static let largestUnflushed = 262_144
    static let largestBacklog = 65_536
    static let farewellWait = TimeAmount.seconds(2)
    static let lingerWait = TimeAmount.seconds(5)

    let environment: SessionEnvironment
    let startedAt = NIODeadline.now()
    private let handshakeDeadline: NIODeadline
    var context: ChannelHandlerContext?
    var machine: SessionStateMachine
    var assembler: WebSocketMessageAssembler
    var encoder = WebSocketFrameEncoder(role: .gateway)
    var outbox = ByteBuffer()
    var unflushed = 0
    var backlog = 0
    var session: ActiveSession?
    var relays: [StreamID: StreamRelay] = [:]
    var dirty: [StreamRelay] = []
    var waiting: Deque<StreamID> = []
    var isWaiting: Set<StreamID> = []
    var congested: Set<StreamID> = []
    var timers: [Timer: Scheduled<Void>] = [:]
    var isTransportFinished = false
    var isBackedUp = false
    var isFlushing = false
    private var isDeaf = false
    private var pauses: ReadPause = []
    private var wantsRead = false
    private var isReceiving = false
    private var isProcessing = false
    private var lastHeard = NIODeadline.now()

    init(environment: SessionEnvironment, handshakeDeadline: NIODeadline) {
        self.environment = environment
        self.handshakeDeadline = handshakeDeadline
        let machine = SessionStateMachine(offered: SessionPolicy.offered, maxPayload: environment.policy.maxPayload)
        self.machine = machine
        assembler = WebSocketMessageAssembler(role: .gateway, limits: machine.limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedule(.handshake, at: handshakeDeadline) { handler in
            handler.perform(handler.machine.handshakeTimedOut())
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.lost)
        cancelTimers()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.lost)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isTransportFinished else { return }
        isReceiving = true
        lastHeard = .now()
        assembler.append(unwrapInboundIn(data))
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) { finishReceiving() }

    func finishReceiving() {
        isReceiving = false
        flushDirty()
        flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            serveWaiting()
            flush()
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isTransportFinished || !machine.isEnding else { return }
        end(.lost)
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if pauses.isEmpty || machine.isEnding { context.read() } else { wantsRead = true }
    }

    func schedule(_ timer: Timer, at deadline: NIODeadline, _ work: @escaping (SessionHandler) -> Void) {
        timers[timer]?.cancel()
        timers[timer] = context?.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self, context != nil else { return }
            work(self)
            flush()
        }
    }

    func cancelTimers() {
        for timer in timers.values { timer.cancel() }
        timers = [:]
    }

    func watchSilence(_ patience: TimeAmount) {
        schedule(.silence, at: lastHeard + patience) { handler in
            guard !handler.machine.isEnding else { return }
            if !handler.pauses.isEmpty { handler.lastHeard = .now() }
            guard handler.lastHeard + patience <= .now() else { return handler.watchSilence(patience) }
            handler.perform(handler.machine.fail(TunnelError(.idleTimeout, "nothing was heard")))
        }
    }
}

extension SessionHandler {
    var isPaused: Bool { !pauses.isEmpty }

    var isBatching: Bool { isReceiving || isProcessing }

    func pause(_ reason: ReadPause) { pauses.insert(reason) }

    func unpause(_ reason: ReadPause) {
        guard pauses.contains(reason) else { return }
        pauses.remove(reason)
        guard pauses.isEmpty else { return }
        lastHeard = .now()
        process()
        readOn()
    }

    func readOn() {
        guard wantsRead, pauses.isEmpty || machine.isEnding else { return }
        wantsRead = false
        context?.read()
    }

    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while !isTransportFinished, !isDeaf, pauses.isEmpty || machine.isEnding, let action = nextAction() {
            perform(action)
        }
        if isDeaf, assembler.skipToClose() { finishTransport() }
        isProcessing = false
        if !isReceiving {
            flushDirty()
            flush()
        }
    }

    private func nextAction() -> SessionStateMachine.OnMessage? {
        if let action = machine.receiveHeld() { return action }
        do {
            guard let message = try assembler.next() else { return nil }
            return machine.receive(message)
        } catch {
            defer { isDeaf = machine.isEnding }
            return machine.receive(error)
        }
    }
}
