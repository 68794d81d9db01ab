import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

extension ShadowsocksConnection: EgressConsumer {
    private static let shortestFlight = Duration.milliseconds(1)

    var allowance: Int { consumer?.allowance ?? 0 }

    func egressTook(_ count: Int) {}

    func egressOpened() {}

    func egressDelivered(_ data: ByteBuffer) {
        if !hasAnswered { answered() }
        meter?.bytesDown.increment(by: Int64(data.readableBytes))
        consumer?.egressDelivered(data)
    }

    func egressReadCompleted() { consumer?.egressReadCompleted() }

    func egressWrote(_ count: Int) {
        if kept == nil { consumer?.egressWrote(count) } else { kept?.written(count) }
    }

    func egressWritabilityChanged() { consumer?.egressWritabilityChanged() }

    func egressFinished() {
        if !hasAnswered, case .established(let channel, let route) = state {
            if isWarm, isStillInFlight(route), mayRedial {
                channel.close()
                return redial(route)
            }
            if hasSentData { egress.roster.wentUnanswered(route.nodeID, for: target) }
        }
        releaseKept()
        consumer?.egressFinished()
    }

    func egressFailed(_ reason: StreamCloseReason, _ message: String) {
        guard reason == .egressUnavailable, case .established(_, let route) = state, !hasAnswered else {
            return giveUp(reason, message)
        }
        if isWarm, mayRedial { return redial(route) }
        egress.roster.wentUnanswered(route.nodeID, for: target)
        if !hasMoved, mayRedial, kept?.mayBeSentTwice == true,
            let other = egress.roster.nextGood(excluding: race.tried)
        {
            hasMoved = true
            rewind()
            return dial(other)
        }
        giveUp(reason, message)
    }

    func releaseKept() {
        guard let released = kept else { return }
        kept = nil
        if released.credit > 0 { consumer?.egressWrote(released.credit) }
    }

    private func answered() {
        hasAnswered = true
        releaseKept()
        guard case .established(_, let route) = state else { return }
        egress.roster.answered(route.nodeID, for: target)
        let waited = NIODeadline.now() - begunAt
        meter(of: route).firstByteSeconds.observe(.nanoseconds(waited.nanoseconds))
    }

    var hasSentData: Bool { kept?.isEmpty != true }

    private var mayRedial: Bool { kept != nil && consumer != nil }

    private func isStillInFlight(_ route: NodeRoute) -> Bool {
        let flight = max(Self.shortestFlight, egress.connections.health.roundTrip(to: route.nodeID))
        return NIODeadline.now() - begunAt < TimeAmount(flight)
    }

    private func redial(_ route: NodeRoute) {
        rewind()
        race.restart(allowing: route.nodeID)
        egress.connector.distrust(route)
        dialNext()
    }

    private func rewind() {
        first = kept?.bytes ?? ByteBuffer()
        kept = nil
        state = .dialing
        race.restart()
    }
}
