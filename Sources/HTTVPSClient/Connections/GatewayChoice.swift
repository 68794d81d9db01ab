import HTTVPSProtocol

struct GatewayChoice: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Health {
        var failures = 0
        var restsUntil: Instant?
    }

    static let firstRest = Duration.seconds(5)
    static let longestRest = Duration.seconds(300)
    static let staysFor = Duration.seconds(600)

    private let gateways: [GatewayAddress]
    private var health: [GatewayAddress: Health] = [:]
    private var latest: (gateway: GatewayAddress, until: Instant)?

    init(_ gateways: [GatewayAddress]) { self.gateways = gateways }

    mutating func next(now: Instant) -> GatewayAddress? {
        if let latest, now < latest.until, isFit(latest.gateway, now) { return latest.gateway }
        if let fit = gateways.first(where: { isFit($0, now) }) { return fit }
        return gateways.min { rest($0, now) < rest($1, now) }
    }

    func movesOn(from gateway: GatewayAddress, now: Instant) -> Bool {
        !isFit(gateway, now) && gateways.contains { isFit($0, now) }
    }

    mutating func worked(_ gateway: GatewayAddress, now: Instant) {
        health[gateway] = nil
        if latest?.gateway != gateway { latest = (gateway, now + Self.staysFor) }
    }

    mutating func failed(_ gateway: GatewayAddress, now: Instant) {
        var health = health[gateway, default: Health()]
        let rest = min(Self.firstRest * (1 << min(health.failures, 10)), Self.longestRest)
        health.failures += 1
        health.restsUntil = now + rest
        self.health[gateway] = health
        if latest?.gateway == gateway { latest = nil }
    }

    mutating func note(_ end: SessionEnd, of gateway: GatewayAddress, lasted: Duration, now: Instant) {
        switch end {
        case .stopped, .misconfigured: break
        case .unreachable, .faulty: failed(gateway, now: now)
        case .refused(let reason):
            if Self.isGatewaysOwn(RefusalReason(rawValue: reason)) { failed(gateway, now: now) }
        case .ended(TunnelError.Code.draining.rawValue, _), .closed(_, TunnelError.Code.draining.rawValue):
            failed(gateway, now: now)
        case .lost, .ended, .closed:
            if lasted < ReconnectPolicy.steadyAfter {
                failed(gateway, now: now)
            } else {
                worked(gateway, now: now - lasted)
            }
        }
    }

    private func isFit(_ gateway: GatewayAddress, _ now: Instant) -> Bool { rest(gateway, now) == .zero }

    private func rest(_ gateway: GatewayAddress, _ now: Instant) -> Duration {
        guard let end = health[gateway]?.restsUntil, end > now else { return .zero }
        return end - now
    }

    private static func isGatewaysOwn(_ reason: RefusalReason?) -> Bool {
        switch reason {
        case .draining, .overloaded, .backendUnavailable, .noEgressAvailable, nil: true
        default: false
        }
    }
}
