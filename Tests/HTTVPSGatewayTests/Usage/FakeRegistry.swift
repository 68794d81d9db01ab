import HTTVPSGateway
import Synchronization

final class FakeRegistry: SessionRegistry {
    struct Events: Equatable {
        var revoked: [String] = []
        var grants: [LeaseGrant] = []
        var endedAll: [String] = []
        var drain: Bool?
    }

    private let state = Mutex(Events())

    var events: Events { state.withLock { $0 } }

    func revoke(sessionID: String, reason: String) { state.withLock { $0.revoked.append("\(sessionID) \(reason)") } }

    func grantLease(_ grant: LeaseGrant) { state.withLock { $0.grants.append(grant) } }

    func endAllSessions(reason: String) { state.withLock { $0.endedAll.append(reason) } }

    func setDrainRequested(_ requested: Bool) { state.withLock { $0.drain = requested } }
}
