/// What the tunnel is doing now.
public enum TunnelState: Sendable {
    /// An attempt to connect to this gateway is under way.
    case connecting(GatewayAddress)
    /// A session stands.
    case connected(TunnelSession)
    /// The connection is lost or silent. The session and its streams wait while the tunnel resumes them over a new
    /// connection; applications see a pause.
    case paused(reason: String, since: ContinuousClock.Instant)
    /// The session goes on where it paused, after its given number of resumes; 0 where the old connection came back
    /// to life.
    case resumed(after: Duration, attempt: Int)
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
    /// How long the gateway took from hello to its verdict; not known where the connection was lost right behind it.
    public let verdictTime: Duration?
}
