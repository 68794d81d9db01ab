/// What the tunnel is doing now.
public enum TunnelState: Sendable {
    /// An attempt to connect to this gateway is under way.
    case connecting(GatewayAddress)
    /// A session stands.
    case connected(TunnelSession)
    /// The session ended or could not be had; the next attempt follows after the pause.
    case waiting(Duration, after: ClientError)
    /// The tunnel is over and does not connect again.
    case stopped(ClientError)
}

/// A session as the gateway granted it.
public struct TunnelSession: Sendable {
    /// The session's identifier, `ses_…`.
    public let sessionID: String
    /// The region that is served.
    public let region: String
    /// How many streams may be open at once.
    public let maxStreams: Int
    /// The gateway that serves it.
    public let gateway: GatewayAddress
}
