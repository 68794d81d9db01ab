package import HTTVPSProtocol

package enum HandshakeOutcome: String, CaseIterable, Hashable, Sendable {
    case allowed
    case resumed
    case draining
    case overloaded
    case backendUnavailable = "backend_unavailable"
    case invalidToken = "invalid_token"
    case tokenExpired = "token_expired"
    case deviceMismatch = "device_mismatch"
    case deviceNotFound = "device_not_found"
    case deviceBlocked = "device_blocked"
    case noActiveSubscription = "no_active_subscription"
    case quotaExceeded = "quota_exceeded"
    case sessionLimit = "session_limit"
    case noEgressAvailable = "no_egress_available"
    case badHello = "bad_hello"
    case badFrame = "bad_frame"
    case messageTooBig = "message_too_big"
    case handshakeTimeout = "handshake_timeout"
    case aborted
    case other

    package init(_ reason: RefusalReason) { self = Self(rawValue: reason.rawValue) ?? .other }

    package init(_ code: TunnelError.Code) { self = Self(rawValue: code.rawValue) ?? .other }
}
