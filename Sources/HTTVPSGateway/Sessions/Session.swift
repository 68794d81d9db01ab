import DequeModule
import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

final class Session {
    enum Timer: Hashable { case drain, lease, resume }

    static let pongsPerTurn = 64

    let environment: SessionEnvironment
    let loop: any EventLoop
    let terms: SessionTerms
    let policy: SessionPolicy
    let grant: SessionGrant
    let encoding: FrameEncoding
    let startedAt = NIODeadline.now()
    var lease: ByteLease
    var number: UInt64 = 0
    var multiplexer: Multiplexer
    var encoder = WebSocketFrameEncoder(role: .gateway)
    var carrier: (any Carrier)?
    var relays: [StreamID: StreamRelay] = [:]
    var associations: [StreamID: DatagramRelay] = [:]
    var dirty: [StreamRelay] = []
    var waiting: Deque<StreamID> = []
    var isWaiting: Set<StreamID> = []
    var congested: Set<StreamID> = []
    var timers: [Timer: Scheduled<Void>] = [:]
    var ticket: ResumeTicket?
    var clock = RoundTripClock()
    var bulk = 0
    var tracedStreams = 0
    var repeating: Set<StreamID> = []
    var short: Set<StreamID> = []
    var unconsumed = 0
    var promised = 0
    var accounted = 0
    var pongs = 0
    var heldPong: Frame?
    var waitingSince: NIODeadline?
    var drainDeadline: NIODeadline?
    var isOver = false
    var isBatching = false
    var isFlushing = false

    init(_ terms: SessionTerms, environment: SessionEnvironment, loop: any EventLoop) {
        self.terms = terms
        self.environment = environment
        let policy = environment.policy
        self.policy = policy
        self.loop = loop
        var grant = terms.grant
        if grant.capabilities.contains(.resume) {
            let ticket = ResumeTicket(deviceID: terms.deviceID, capabilities: grant.capabilities)
            grant.resumeToken = ticket.token
            self.ticket = ticket
        }
        self.grant = grant
        encoding = FrameEncoding(grant.capabilities)
        lease = terms.lease
        multiplexer = Multiplexer(
            configuration: .init(
                role: .gateway, capabilities: grant.capabilities, maxStreams: grant.maxStreams,
                initialWindow: grant.initialWindow, maximumWindow: policy.maxStreamWindow,
                sessionBuffer: policy.sessionBuffer))
        multiplexer.growthRoom = environment.memory.room
    }

    var meter: UsageMeter { terms.meter }

    var logger: Logger { terms.logger }

    var flowControl: Bool { grant.capabilities.contains(.flowControl) }

    func begin(on carrier: any Carrier) {
        self.carrier = carrier
        let drainAt = environment.table.add(self)
        environment.metrics.sessionsActive.increment()
        carrier.open(grant, for: self)
        logger.info("session opened", metadata: .fields([.outcome: "allowed", .region: .string(grant.region)]))
        if let drainAt { drain(until: drainAt) }
    }

    func schedule(_ timer: Timer, at deadline: NIODeadline, _ work: @escaping (Session) -> Void) {
        timers[timer]?.cancel()
        timers[timer] = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self, !isOver else { return }
            work(self)
            flush()
        }
    }

    func cancelTimers() {
        for timer in timers.values { timer.cancel() }
        timers = [:]
    }
}
