import HTTVPSProtocol
import NIOCore

extension Session {
    private var bytesMoved: Int64 { meter.bytesMoved + Int64(promised) }

    var leaseAllowance: Int {
        guard let left = lease.allowance(bytesMoved: bytesMoved) else { return .max }
        return Int(clamping: left)
    }

    func moved() {
        guard lease.allowance(bytesMoved: bytesMoved) != nil else { return }
        follow(lease.moved(bytesMoved: bytesMoved, at: .now()))
    }

    func foundNoRoom(for count: Int) { follow(lease.refused(count, at: .now())) }

    private func follow(_ step: ByteLease.OnMoved) {
        switch step {
        case .report: environment.usage.reportSoon(sessionID: grant.sessionID)
        case .reportAndWait:
            environment.usage.reportSoon(sessionID: grant.sessionID)
            watchLease()
        case .proceed, .wait: break
        }
    }

    func grantLease(_ grant: LeaseGrant) {
        guard !isOver else { return }
        switch lease.granted(grant, bytesMoved: bytesMoved, at: .now()) {
        case .resume:
            timers[.lease]?.cancel()
            for relay in Array(relays.values) {
                relay.resume()
                congestionChanged(relay)
            }
            flushDirty()
            flush()
        case .wait: watchLease()
        case .proceed: break
        }
    }

    private func watchLease() {
        guard let next = lease.nextCheck else { return }
        schedule(.lease, at: next) { session in
            switch session.lease.checked(at: .now()) {
            case .report:
                session.environment.usage.reportSoon(sessionID: session.grant.sessionID)
                session.watchLease()
            case .quotaExceeded: session.fail(TunnelError(.quotaExceeded, "no traffic is left"))
            case .proceed: session.watchLease()
            }
        }
    }
}
