import HTTVPSProtocol
import NIOCore

/// What a tunnel has carried and how it stands, at one moment.
public struct TunnelStatistics: Sendable {
    /// Bytes that applications sent through the tunnel, over all of its sessions.
    public var bytesUp: UInt64 = 0
    /// Bytes that applications were sent through the tunnel, over all of its sessions.
    public var bytesDown: UInt64 = 0
    /// Datagrams that the tunnel dropped on this side: without a session that takes them, without room, fragments.
    public var datagramsDropped: UInt64 = 0
    /// How many streams are open.
    public var openStreams = 0
    /// How often the tunnel has lost its connection and paused.
    public var pauses = 0
    /// How long the last pause took.
    public var lastPause: Duration?
    /// Whether the session waits for a new connection now.
    public var isPaused = false
    /// The shortest time that the gateway took to answer on this connection.
    public var roundTrip: Duration?
    /// What carries the session now.
    public var carrier: CarrierKind?
    /// The gateway of the session, if there is one.
    public var gateway: GatewayAddress?
    /// The identifier of the session, if there is one.
    public var sessionID: String?

    init() {}

    init(_ switchboard: Switchboard) {
        let traffic = switchboard.traffic
        bytesUp = traffic.up
        bytesDown = traffic.down
        datagramsDropped = traffic.datagramsDropped
        pauses = traffic.pauses
        lastPause = traffic.lastPause.map { .nanoseconds($0.nanoseconds) }
        openStreams = switchboard.sessions.reduce(0) { $0 + $1.machine.activeStreams }
        guard let session = switchboard.session else { return }
        isPaused = session.isPaused
        roundTrip = session.carrier?.roundTrip.map { .nanoseconds($0.nanoseconds) }
        carrier = session.carrier?.kind
        gateway = session.gateway
        sessionID = session.machine.grant.sessionID
    }
}
