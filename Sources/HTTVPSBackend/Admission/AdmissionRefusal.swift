enum AdmissionRefusal: String, CaseIterable, Error, Sendable {
    case invalidToken = "invalid_token"
    case tokenExpired = "token_expired"
    case deviceMismatch = "device_mismatch"
    case deviceNotFound = "device_not_found"
    case deviceBlocked = "device_blocked"
    case noActiveSubscription = "no_active_subscription"
    case quotaExceeded = "quota_exceeded"
    case sessionLimit = "session_limit"
    case noEgressAvailable = "no_egress_available"

    var sentence: String {
        switch self {
        case .invalidToken: "The device's token is not valid."
        case .tokenExpired: "The device's token has expired."
        case .deviceMismatch: "The token belongs to another device."
        case .deviceNotFound: "The device does not exist any more."
        case .deviceBlocked: "The device or its user is blocked."
        case .noActiveSubscription: "The user has no active subscription."
        case .quotaExceeded: "The traffic of the current period is spent."
        case .sessionLimit: "The user has as many sessions as the plan allows."
        case .noEgressAvailable: "No node can carry the session at the moment."
        }
    }

    var code: ProblemCode { ProblemCode(rawValue: rawValue) ?? .forbidden }

    var problem: ProblemError { .refusal(code, sentence) }
}
