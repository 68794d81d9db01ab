import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension Session {
    func drop() {
        guard !isOver else { return }
        let carrier = carrier
        conclude(.lost)
        carrier?.drop()
    }

    func revoke(_ reason: String) { conclude(.revoked(reason)) }

    func fail(_ error: TunnelError) { conclude(.failed(error, allowed: true)) }

    func drain(until deadline: NIODeadline) {
        guard !isOver, drainDeadline == nil else { return }
        drainDeadline = deadline
        multiplexer.drain()
        sayGoaway(until: deadline)
        schedule(.drain, at: deadline) { $0.endForDrain() }
        endIfDrained()
        flush()
    }

    func endIfDrained() {
        if drainDeadline != nil, multiplexer.activeStreams == 0 { endForDrain() }
    }

    func sayGoaway(until deadline: NIODeadline) {
        let grace = max(0, (deadline - .now()).nanoseconds)
        send(.goaway(reason: "draining", graceSeconds: UInt64((grace + 999_999_999) / 1_000_000_000)))
    }

    func endForMemory() {
        guard waitingSince != nil else { return }
        environment.metrics.limits[.memoryBudget].increment()
        conclude(.lost)
    }

    func conclude(_ ending: SessionEnding) {
        guard !isOver else { return }
        stopWaiting()
        isOver = true
        cancelTimers()
        closeRelays(ending.streamReason)
        leave(ending)
        if case .error(let error) = ending.farewell {
            carrier?.send(.error(code: error.code.rawValue, message: error.message, stream: nil))
        }
        carrier?.end(ending)
        carrier = nil
        settle()
    }

    private func endForDrain() { fail(TunnelError(.draining, "the gateway goes down")) }

    private func leave(_ ending: SessionEnding) {
        environment.metrics.sessionsActive.decrement()
        environment.metrics.sessionsEnded[ending.end].increment()
        environment.metrics.sessionSeconds.observe(.nanoseconds((NIODeadline.now() - startedAt).nanoseconds))
        if environment.table.remove(grant.sessionID, number: number) {
            environment.usage.endSession(sessionID: grant.sessionID, reason: ending.reason)
        }
        let counters = meter.counters
        logger.info(
            "session ended",
            metadata: .fields([
                .outcome: .string(ending.end.rawValue), .reason: .string(ending.reason),
                .bytesUp: .number(counters.bytesUp), .bytesDown: .number(counters.bytesDown),
                .streamsOpened: .number(counters.streamsOpened),
                .durationMilliseconds: .number((NIODeadline.now() - startedAt).nanoseconds / 1_000_000),
            ]))
    }
}

extension SessionEnding {
    fileprivate var streamReason: StreamCloseReason {
        switch end {
        case .clientClosed, .transportLost: .normal
        case .revoked: .revoked
        case .quotaExceeded: .quotaExceeded
        case .draining: .draining
        case .idleTimeout: .idleTimeout
        case .badFrame, .flowControlError, .messageTooBig, .internal: .internal
        }
    }
}
