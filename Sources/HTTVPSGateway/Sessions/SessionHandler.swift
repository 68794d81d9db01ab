import HTTVPSObservability
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
        static let turn = ReadPause(rawValue: 8)
    }

    enum Timer: Hashable { case handshake, silence, farewell }

    static let largestUnflushed = 262_144
    static let largestBacklog = 65_536
    static let framesPerTurn = 1_024
    static let pongsPerTurn = 64
    static let farewellWait = TimeAmount.seconds(2)
    static let lingerWait = TimeAmount.seconds(5)

    let environment: SessionEnvironment
    let startedAt = NIODeadline.now()
    let handshakeDeadline: NIODeadline
    private let givenAddress: String?
    private let onSettled: @Sendable () -> Void
    var context: ChannelHandlerContext?
    var machine: CarrierStateMachine
    var assembler: WebSocketMessageAssembler
    var encoder = WebSocketFrameEncoder(role: .gateway)
    var outbox = ByteBuffer()
    var unflushed = 0
    var backlog = 0
    var session: (any CarriedSession)? {
        didSet { if session != nil { onSettled() } }
    }
    var timers: [Timer: Scheduled<Void>] = [:]
    var handshake: RecordedSpan?
    var heldPong: ByteBuffer?
    var pongs = 0
    var turn = 0
    var charged = 0
    var resumes = false
    var isTransportFinished = false
    var isBackedUp = false
    var isReceiving = false
    var isProcessing = false
    var isDeaf = false
    var pauses: ReadPause = []
    var wantsRead = false
    var lastHeard = NIODeadline.now()

    init(
        environment: SessionEnvironment, handshakeDeadline: NIODeadline, clientAddress: String? = nil,
        onSettled: @escaping @Sendable () -> Void = {}
    ) {
        self.environment = environment
        self.handshakeDeadline = handshakeDeadline
        givenAddress = clientAddress
        self.onSettled = onSettled
        let machine = CarrierStateMachine(offered: SessionPolicy.offered, maxPayload: environment.policy.maxPayload)
        self.machine = machine
        assembler = WebSocketMessageAssembler(role: .gateway, limits: machine.limits)
    }

    var clientAddress: String? { givenAddress ?? context?.remoteAddress?.ipAddress }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedule(.handshake, at: handshakeDeadline) { handler in
            handler.perform(handler.machine.handshakeTimedOut())
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        loseTransport()
        releaseCharge()
        cancelTimers()
        onSettled()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        loseTransport()
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

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { session?.writabilityChanged(of: self) }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        if machine.isEnding { return finishTransport() }
        loseTransport()
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isTransportFinished || !machine.isEnding else { return }
        loseTransport()
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
}
