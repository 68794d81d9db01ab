import HTTVPSProtocol

enum SessionEnd: Equatable, Sendable {
    case unreachable(String)
    case refused(reason: String)
    case ended(code: String, message: String)
    case closed(code: UInt16?, reason: String)
    case faulty(TunnelError)
    case lost(String)
    case misconfigured(String)
    case stopped

    var error: ClientError {
        switch self {
        case .unreachable(let message): ClientError(.unreachable, message)
        case .refused(let reason): ClientError(.refused, Refusal.sentence(reason), reason: reason)
        case .ended(let code, let message):
            ClientError(.sessionEnded, message.isEmpty ? "the gateway ended the session" : message, reason: code)
        case .closed(let code, let reason):
            ClientError(
                .sessionEnded, "the gateway closed the connection with code \(code.map(String.init) ?? "none")",
                reason: reason.isEmpty ? nil : reason)
        case .faulty(let error): ClientError(.sessionEnded, "the gateway broke the protocol: \(error.message)")
        case .lost(let message): ClientError(.sessionEnded, message)
        case .misconfigured(let message): ClientError(.configuration, message)
        case .stopped: ClientError(.stopped, "the tunnel was stopped")
        }
    }
}

enum Refusal {
    static func sentence(_ reason: String) -> String {
        switch RefusalReason(rawValue: reason) {
        case .draining: "the gateway is going down for maintenance"
        case .overloaded: "the gateway is full"
        case .backendUnavailable: "the gateway cannot check the device at the moment"
        case .invalidToken: "the device's token is not valid"
        case .tokenExpired: "the device's token has expired"
        case .deviceMismatch: "the token belongs to another device"
        case .deviceNotFound: "no such device is known"
        case .deviceBlocked: "the device is blocked"
        case .noActiveSubscription: "the account has no active subscription"
        case .quotaExceeded: "the subscription's data volume is used up"
        case .sessionLimit: "the account has as many sessions as its plan allows"
        case .noEgressAvailable: "no way out is available at the moment"
        case nil: "the gateway refused the device"
        }
    }
}
