package import HTTVPSProtocol

package protocol EgressHealth: Sendable {
    func takeHealth() -> [HeartbeatRequest.Egress]
}
