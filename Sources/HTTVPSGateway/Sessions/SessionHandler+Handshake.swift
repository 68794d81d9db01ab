import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore
import Tracing

extension SessionHandler {
    func validate(_ hello: Hello) {
        timers.removeValue(forKey: .handshake)?.cancel()
        assembler.limits = machine.limits
        handshake = environment.tracer?.startSpan("hello", in: .topLevel, as: .server)
        guard let request = hello.resume, let entry = environment.table.entry(request.sessionID) else {
            return validateAnew(hello)
        }
        resume(hello, entry)
    }

    func takeVerdict() {
        unpause(.verdict)
        process()
        flush()
    }

    private func resume(_ hello: Hello, _ entry: SessionTable.Entry) {
        guard let context else { return }
        if entry.loop.inEventLoop { return take(entry.session.value.resume(hello, on: self), hello) }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let channel = context.channel
        entry.perform { session in
            let verdict = session.resume(hello, on: RemoteCarrier(bound, channel: channel, session: session))
            guard verdict != .resumed else { return }
            channel.eventLoop.execute { bound.value.take(verdict, hello) }
        }
    }

    private func take(_ verdict: Session.ResumeVerdict, _ hello: Hello) {
        guard !machine.isEnding, context != nil || verdict == .resumed else { return }
        switch verdict {
        case .resumed:
            endHandshake("resumed")
            takeVerdict()
        case .refused: refuse(.invalidToken)
        case .notKnown: validateAnew(hello)
        }
        flush()
    }

    private func validateAnew(_ hello: Hello) {
        if let refusal = environment.refusal { return refuse(refusal) }
        guard let context else { return }
        let requestID = RequestID.make()
        let request = ValidateDeviceRequest(hello, clientIP: clientAddress)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        handshake?[.requestID] = requestID
        Task { [admission = environment.admission, trace = handshake?.context] in
            let verdict = await ServiceContext.withValue(trace) {
                await admission.decide(request, requestID: requestID)
            }
            loop.execute { bound.value.judged(verdict, hello, requestID: requestID) }
        }
    }

    private func judged(_ verdict: AdmissionVerdict, _ hello: Hello, requestID: String) {
        guard !machine.isEnding, let context else { return abandon(verdict) }
        switch verdict {
        case .refused(let reason): refuse(reason)
        case .allowed(let response, _):
            if let refusal = environment.refusal {
                abandon(verdict)
                refuse(refusal)
            } else {
                let terms = SessionTerms(
                    hello, response, environment, loop: context.eventLoop, requestID: requestID,
                    trace: handshake?.context)
                handshake?[.sessionID] = response.sessionID
                handshake?[.deviceID] = response.deviceID
                handshake?[.nodeID] = terms.egress.nodeID
                endHandshake("allowed")
                let session = Session(terms, environment: environment, loop: context.eventLoop)
                session.begin(on: self)
                takeVerdict()
            }
        }
        flush()
    }

    private func abandon(_ verdict: AdmissionVerdict) {
        guard case .allowed(let response, let remembered) = verdict, !remembered else { return }
        _ = environment.usage.openSession(sessionID: response.sessionID, limits: response.limits)
        environment.usage.endSession(sessionID: response.sessionID, reason: SessionEnd.transportLost.rawValue)
    }

    func endHandshake(_ outcome: String) {
        handshake?.end(outcome)
        handshake = nil
    }

    private func refuse(_ reason: RefusalReason) { perform(machine.end(.refused(reason))) }
}
