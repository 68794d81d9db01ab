package protocol SessionRegistry: Sendable {
    func revoke(sessionID: String, reason: String)
    func grantLease(_ grant: LeaseGrant)
    func endAllSessions(reason: String)
    func setDraining(_ draining: Bool)
}
