package import HTTVPSProtocol

package struct ControlPlaneError: Error, CustomStringConvertible {
    package enum Code: String, CaseIterable, Hashable, Sendable {
        case backendUnavailable = "backend_unavailable"
        case unauthenticated
        case forbidden
        case refused
        case noEgressAvailable = "no_egress_available"
        case notFound = "not_found"
        case rejected
        case invalidResponse = "invalid_response"
    }

    package var code: Code
    package var message: String
    package var refusal: RefusalReason?
    package var retryAfter: Duration?
    package var cause: (any Error)?

    package init(
        _ code: Code, _ message: String, refusal: RefusalReason? = nil, retryAfter: Duration? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.refusal = refusal
        self.retryAfter = retryAfter
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
