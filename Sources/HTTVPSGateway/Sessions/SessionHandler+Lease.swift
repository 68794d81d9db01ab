import HTTVPSProtocol
import NIOCore

extension SessionHandler {
    var leaseAllowance: Int {
        guard let session, let left = session.lease.allowance(bytesMoved: session.meter.bytesMoved) else { return .max }
        return Int(clamping: left)
    }

    func moved() {
        guard let session, session.lease.allowance(bytesMoved: session.meter.bytesMoved) != nil else { return }
        switch self.session?.lease.moved(bytesMoved: session.meter.bytesMoved, at: .now()) {
        case .report: environment.usage.reportSoon(sessionID: session.grant.sessionID)
        case .reportAndWait:
            environment.usage.reportSoon(sessionID: session.grant.sessionID)
            watchLease()
        case .proceed, .wait, nil: break
        }
    }

    func grantLease(_ grant: LeaseGrant) {
        guard let session else { return }
        switch self.session?.lease.granted(grant, bytesMoved: session.meter.bytesMoved, at: .now()) {
        case .resume:
            timers[.lease]?.cancel()
            for relay in Array(relays.values) {
                relay.resume()
                congestionChanged(relay)
            }
            flushDirty()
            flush()
        case .wait: watchLease()
        case .proceed, nil: break
        }
    }

    private func watchLease() {
        guard let next = session?.lease.nextCheck else { return }
        schedule(.lease, at: next) { handler in
            guard let sessionID = handler.session?.grant.sessionID else { return }
            switch handler.session?.lease.checked(at: .now()) {
            case .report:
                handler.environment.usage.reportSoon(sessionID: sessionID)
                handler.watchLease()
            case .quotaExceeded:
                handler.perform(handler.machine.fail(TunnelError(.quotaExceeded, "no traffic is left")))
            case .proceed, nil: handler.watchLease()
            }
        }
    }
}
