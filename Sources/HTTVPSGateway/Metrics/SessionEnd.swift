package import HTTVPSProtocol

package enum SessionEnd: String, CaseIterable, Hashable, Sendable {
    case clientClosed = "client_closed"
    case transportLost = "transport_lost"
    case badFrame = "bad_frame"
    case flowControlError = "flow_control_error"
    case messageTooBig = "message_too_big"
    case revoked
    case quotaExceeded = "quota_exceeded"
    case idleTimeout = "idle_timeout"
    case draining
    case `internal`

    package init(_ code: TunnelError.Code) { self = Self(rawValue: code.rawValue) ?? .internal }
}
