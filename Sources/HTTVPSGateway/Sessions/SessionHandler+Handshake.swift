import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension SessionHandler {
    func validate(_ hello: Hello) {
        timers.removeValue(forKey: .handshake)?.cancel()
        assembler.limits = machine.limits
        if let refusal = environment.table.refusal { return refuse(refusal) }
        guard let context else { return }
        let requestID = RequestID.make()
        let request = ValidateDeviceRequest(hello, clientIP: context.remoteAddress?.ipAddress)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        Task { [admission = environment.admission] in
            let verdict = await admission.decide(request, requestID: requestID)
            loop.execute { bound.value.judged(verdict, hello, requestID: requestID) }
        }
    }

    private func judged(_ verdict: AdmissionVerdict, _ hello: Hello, requestID: String) {
        guard !machine.isEnding, context != nil else { return abandon(verdict) }
        switch verdict {
        case .refused(let reason): refuse(reason)
        case .allowed(let response, _):
            if let refusal = environment.table.refusal {
                abandon(verdict)
                refuse(refusal)
            } else {
                allow(hello, response, requestID: requestID)
            }
        }
        flush()
    }

    private func abandon(_ verdict: AdmissionVerdict) {
        guard case .allowed(let response, let remembered) = verdict, !remembered else { return }
        _ = environment.usage.openSession(sessionID: response.sessionID, limits: response.limits)
        environment.usage.endSession(sessionID: response.sessionID, reason: SessionEnd.transportLost.rawValue)
    }

    private func refuse(_ reason: RefusalReason) { perform(machine.end(.refused(reason))) }

    private func allow(_ hello: Hello, _ response: ValidateDeviceResponse, requestID: String) {
        guard let context else { return }
        let grant = environment.policy.grant(for: hello, response)
        var logger = environment.logger
        for (key, value) in [
            (LogKey.requestID, requestID), (.sessionID, grant.sessionID), (.userID, grant.userID),
            (.deviceID, response.deviceID),
        ] { logger[key] = .string(value) }
        let (number, drainAt) = environment.table.add(grant.sessionID, handler: self, loop: context.eventLoop)
        let (meter, lease) = environment.usage.openSession(sessionID: grant.sessionID, limits: response.limits)
        let egress = environment.makeEgress(for: hello, response, loop: context.eventLoop, logger: logger)
        logger[.nodeID] = egress.nodeID.map { .string($0) }
        session = ActiveSession(
            grant: grant, deviceID: response.deviceID, number: number, encoding: FrameEncoding(grant.capabilities),
            egress: egress, meter: meter, lease: lease, logger: logger)
        machine.allowed(grant)
        assembler.limits = machine.limits
        encoder.append(.text, to: &outbox) { out in out.writeImmutableBuffer(AuthResult.allowed(grant).encoded()) }
        opened(grant, logger, drainAt)
    }

    private func opened(_ grant: SessionGrant, _ logger: Logger, _ drainAt: NIODeadline?) {
        environment.metrics.handshakes[.allowed].increment()
        environment.metrics.handshakeSeconds.observe(.nanoseconds((NIODeadline.now() - startedAt).nanoseconds))
        environment.metrics.sessionsActive.increment()
        logger.info("session opened", metadata: .fields([.outcome: "allowed", .region: .string(grant.region)]))
        watchSilence(.seconds(2 * Int64(grant.keepaliveSeconds)))
        if let drainAt { drain(until: drainAt) }
        unpause(.verdict)
        process()
    }
}
