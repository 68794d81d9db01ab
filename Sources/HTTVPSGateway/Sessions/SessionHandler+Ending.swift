import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension SessionHandler {
    func end(_ ending: SessionEnding) { perform(machine.end(ending)) }

    func drop() {
        end(.lost)
        context?.close(promise: nil)
    }

    func revoke(_ reason: String) {
        guard machine.isOpen else { return }
        end(.revoked(reason))
    }

    func drain(until deadline: NIODeadline) {
        guard machine.isOpen, session?.isDraining == false else { return }
        session?.isDraining = true
        machine.drain()
        let grace = max(0, (deadline - .now()).nanoseconds)
        send(.goaway(reason: "draining", graceSeconds: UInt64((grace + 999_999_999) / 1_000_000_000)))
        schedule(.drain, at: deadline) { $0.endForDrain() }
        endIfDrained()
        flush()
    }

    func endIfDrained() {
        if machine.isDrained { endForDrain() }
    }

    private func endForDrain() {
        perform(machine.fail(TunnelError(.draining, "the gateway goes down")))
    }

    func conclude(_ ending: SessionEnding) {
        cancelTimers()
        closeRelays(ending.streamReason)
        leave(ending)
        guard context != nil, let close = ending.close else {
            isTransportFinished = true
            return
        }
        sayFarewell(ending.farewell)
        sendControl { encoder, out in encoder.append(.close, to: &out) { $0.writeImmutableBuffer(close.payload) } }
        session = nil
        flushNow()
        if ending.awaitsPeer {
            schedule(.farewell, at: .now() + Self.farewellWait) { $0.finishTransport() }
            readOn()
            if !isBatching { process() }
        } else {
            finishTransport()
        }
    }

    func finishTransport() {
        guard !isTransportFinished, let context else { return }
        isTransportFinished = true
        context.close(mode: .output, promise: nil)
        schedule(.farewell, at: .now() + Self.lingerWait) { $0.context?.close(promise: nil) }
        readOn()
    }

    private func sayFarewell(_ farewell: SessionEnding.Farewell) {
        switch farewell {
        case .none: break
        case .refusal(let reason):
            sendText(AuthResult.refused(reason: reason.rawValue).encoded())
        case .error(let error):
            let frame = Frame.error(code: error.code.rawValue, message: error.message, stream: nil)
            if session == nil {
                var text = ByteBuffer()
                FrameEncoding.json.encode(frame, into: &text)
                sendText(text)
            } else {
                send(frame)
            }
        }
    }

    private func sendText(_ text: ByteBuffer) {
        sendControl { encoder, out in encoder.append(.text, to: &out) { $0.writeImmutableBuffer(text) } }
    }

    private func leave(_ ending: SessionEnding) {
        guard let session else {
            environment.metrics.handshakes[ending.handshake].increment()
            environment.logger.debug(
                "handshake ended", metadata: .fields([.outcome: .string(ending.handshake.rawValue)]))
            return
        }
        environment.metrics.sessionsActive.decrement()
        environment.metrics.sessionsEnded[ending.end].increment()
        if environment.table.remove(session.grant.sessionID, number: session.number) {
            environment.usage.endSession(sessionID: session.grant.sessionID, reason: ending.reason)
        }
        let counters = session.meter.counters
        session.logger.info(
            "session ended",
            metadata: .fields([
                .outcome: .string(ending.end.rawValue), .reason: .string(ending.reason),
                .bytesUp: .number(counters.bytesUp), .bytesDown: .number(counters.bytesDown),
                .streamsOpened: .number(counters.streamsOpened),
                .durationMilliseconds: .number((NIODeadline.now() - startedAt).nanoseconds / 1_000_000),
            ]))
        if ending.close == nil { self.session = nil }
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
