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
        let request = ValidateDeviceRequest(hello, clientIP: clientAddress)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        Task { [admission = environment.admission] in
            let verdict = await admission.decide(request, requestID: requestID)
            loop.execute { bound.value.judged(verdict, hello, requestID: requestID) }
        }
    }

    private func judged(_ verdict: AdmissionVerdict, _ hello: Hello, requestID: String) {
        guard !machine.isEnding, let context else { return abandon(verdict) }
        switch verdict {
        case .refused(let reason): refuse(reason)
        case .allowed(let response, _):
            if let refusal = environment.table.refusal {
                abandon(verdict)
                refuse(refusal)
            } else {
                let terms = SessionTerms(hello, response, environment, loop: context.eventLoop, requestID: requestID)
                let session = Session(terms, environment: environment, loop: context.eventLoop)
                self.session = session
                session.begin(on: self)
                unpause(.verdict)
                process()
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
}
