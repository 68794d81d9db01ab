package protocol SessionRegistry: Sendable {
    func revoke(sessionID: String, reason: String)
    func grantLease(_ grant: LeaseGrant)
    func endAllSessions(reason: String)
    func setDrainRequested(_ requested: Bool)
}
