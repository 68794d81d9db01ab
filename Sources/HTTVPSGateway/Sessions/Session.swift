import DequeModule
import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

final class Session {
    enum Timer: Hashable { case drain, lease }

    let environment: SessionEnvironment
    let loop: any EventLoop
    let terms: SessionTerms
    let encoding: FrameEncoding
    let startedAt = NIODeadline.now()
    var lease: ByteLease
    var number: UInt64 = 0
    var multiplexer: Multiplexer
    var encoder = WebSocketFrameEncoder(role: .gateway)
    var carrier: (any Carrier)?
    var relays: [StreamID: StreamRelay] = [:]
    var dirty: [StreamRelay] = []
    var waiting: Deque<StreamID> = []
    var isWaiting: Set<StreamID> = []
    var congested: Set<StreamID> = []
    var timers: [Timer: Scheduled<Void>] = [:]
    var isDraining = false
    var isOver = false
    var isBatching = false
    var isFlushing = false

    init(_ terms: SessionTerms, environment: SessionEnvironment, loop: any EventLoop) {
        self.terms = terms
        self.environment = environment
        self.loop = loop
        encoding = FrameEncoding(terms.grant.capabilities)
        lease = terms.lease
        multiplexer = Multiplexer(
            configuration: .init(
                role: .gateway, capabilities: terms.grant.capabilities, maxStreams: terms.grant.maxStreams,
                initialWindow: terms.grant.initialWindow))
    }

    var grant: SessionGrant { terms.grant }

    var meter: UsageMeter { terms.meter }

    var logger: Logger { terms.logger }

    var flowControl: Bool { grant.capabilities.contains(.flowControl) }

    func begin(on carrier: any Carrier) {
        self.carrier = carrier
        let drainAt = environment.table.add(self)
        environment.metrics.sessionsActive.increment()
        carrier.open(grant)
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
