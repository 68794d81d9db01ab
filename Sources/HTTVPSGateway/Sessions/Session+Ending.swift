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
        guard !isOver, !isDraining else { return }
        isDraining = true
        multiplexer.drain()
        let grace = max(0, (deadline - .now()).nanoseconds)
        send(.goaway(reason: "draining", graceSeconds: UInt64((grace + 999_999_999) / 1_000_000_000)))
        schedule(.drain, at: deadline) { $0.endForDrain() }
        endIfDrained()
        flush()
    }

    func endIfDrained() {
        if isDraining, multiplexer.activeStreams == 0 { endForDrain() }
    }

    func conclude(_ ending: SessionEnding) {
        guard !isOver else { return }
        isOver = true
        cancelTimers()
        closeRelays(ending.streamReason)
        leave(ending)
        if case .error(let error) = ending.farewell {
            carrier?.send(.error(code: error.code.rawValue, message: error.message, stream: nil))
        }
        carrier?.end(ending)
        carrier = nil
    }

    private func endForDrain() { fail(TunnelError(.draining, "the gateway goes down")) }

    private func leave(_ ending: SessionEnding) {
        environment.metrics.sessionsActive.decrement()
        environment.metrics.sessionsEnded[ending.end].increment()
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

extension Session: CarriedSession {
    func receive(_ frame: Frame, from carrier: any Carrier) {
        guard carrier === self.carrier else { return }
        isBatching = true
        do throws(TunnelError) {
            perform(try multiplexer.receive(frame))
        } catch {
            fail(error)
        }
    }

    func completeBatch(from carrier: any Carrier) {
        guard carrier === self.carrier else { return }
        isBatching = false
        flushDirty()
        flush()
    }

    func writabilityChanged(of carrier: any Carrier) {
        guard carrier === self.carrier else { return }
        serveWaiting()
        flush()
    }

    func fail(_ ending: SessionEnding, from carrier: any Carrier) {
        if carrier === self.carrier { conclude(ending) }
    }

    func lost(_ carrier: any Carrier) {
        guard carrier === self.carrier else { return }
        isBatching = false
        conclude(.lost)
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
