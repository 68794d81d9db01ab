package enum StreamCloseReason: UInt64, CaseIterable, Sendable {
    case normal = 0
    case egressUnavailable
    case egressReset
    case deniedByPolicy
    case streamLimit
    case idleTimeout
    case badTarget
    case quotaExceeded
    case revoked
    case draining
    case `internal`
    case duplicateStream
    case unknownStream

    package var name: String {
        switch self {
        case .normal: "normal"
        case .egressUnavailable: "egress_unavailable"
        case .egressReset: "egress_reset"
        case .deniedByPolicy: "denied_by_policy"
        case .streamLimit: "stream_limit"
        case .idleTimeout: "idle_timeout"
        case .badTarget: "bad_target"
        case .quotaExceeded: "quota_exceeded"
        case .revoked: "revoked"
        case .draining: "draining"
        case .internal: "internal"
        case .duplicateStream: "duplicate_stream"
        case .unknownStream: "unknown_stream"
        }
    }

    package init(number: UInt64) { self = StreamCloseReason(rawValue: number) ?? .internal }

    package init(name: String) { self = Self.allCases.first { $0.name == name } ?? .internal }
}

package enum RefusalReason: String, CaseIterable, Sendable, Codable {
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
}
