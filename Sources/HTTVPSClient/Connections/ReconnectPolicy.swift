import HTTVPSProtocol

struct ReconnectPolicy: Sendable {
    enum Decision: Equatable {
        case retry(after: Duration)
        case stop
    }

    static let steadyAfter = Duration.seconds(10)

    private let pauses: ClosedRange<Duration>
    private var failures = 0

    init(pauses: ClosedRange<Duration>) { self.pauses = pauses }

    mutating func decide(after end: SessionEnd, lasted: Duration, jitter: Double) -> Decision {
        guard Self.mayRetry(end) else { return .stop }
        if lasted >= Self.steadyAfter { failures = 0 }
        defer { failures += 1 }
        let ceiling = min(pauses.lowerBound * (1 << min(failures, 20)), pauses.upperBound)
        return .retry(after: ceiling * (0.5 + 0.5 * min(max(jitter, 0), 1)))
    }

    private static func mayRetry(_ end: SessionEnd) -> Bool {
        switch end {
        case .stopped, .misconfigured: false
        case .unreachable, .lost, .faulty: true
        case .refused(let reason): mayRetry(refusal: reason)
        case .ended(let code, let message): !isFinal(code: code) && message != "replaced"
        case .closed(_, let reason): !isFinal(code: reason) && reason != "replaced"
        }
    }

    private static func isFinal(code: String) -> Bool { code == TunnelError.Code.quotaExceeded.rawValue }

    private static func mayRetry(refusal reason: String) -> Bool {
        switch RefusalReason(rawValue: reason) {
        case .draining, .overloaded, .backendUnavailable, .sessionLimit, .noEgressAvailable, nil: true
        case .invalidToken, .tokenExpired, .deviceMismatch, .deviceNotFound, .deviceBlocked, .noActiveSubscription,
            .quotaExceeded:
            false
        }
    }
}
