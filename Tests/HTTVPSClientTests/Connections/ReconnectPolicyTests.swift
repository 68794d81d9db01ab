import HTTVPSProtocol
import Testing

@testable import HTTVPSClient

@Suite("Reconnecting")
struct ReconnectPolicyTests {
    @Test("pauses longer with each failure, up to the longest pause, with jitter")
    func pauses() {
        var policy = ReconnectPolicy(pauses: .seconds(1)...(.seconds(8)))
        let pauses = (0..<5).map { _ in policy.decide(after: .lost(""), lasted: .zero, jitter: 1) }
        #expect(pauses == [1, 2, 4, 8, 8].map { .retry(after: .seconds($0)) })
        #expect(policy.decide(after: .lost(""), lasted: .zero, jitter: 0) == .retry(after: .seconds(4)))
    }

    @Test("begins with short pauses again behind a session that lasted")
    func steadySession() {
        var policy = ReconnectPolicy(pauses: .seconds(1)...(.seconds(60)))
        for _ in 0..<4 { _ = policy.decide(after: .lost(""), lasted: .zero, jitter: 1) }
        #expect(policy.decide(after: .lost(""), lasted: .seconds(10), jitter: 1) == .retry(after: .seconds(1)))
    }

    @Test("never overflows")
    func manyFailures() {
        var policy = ReconnectPolicy(pauses: .seconds(1)...(.seconds(30)))
        for _ in 0..<10_000 { _ = policy.decide(after: .lost(""), lasted: .zero, jitter: 1) }
        #expect(policy.decide(after: .lost(""), lasted: .zero, jitter: 1) == .retry(after: .seconds(30)))
    }

    static let final: [SessionEnd] =
        [
            "invalid_token", "token_expired", "device_mismatch", "device_not_found", "device_blocked",
            "no_active_subscription", "quota_exceeded",
        ].map { .refused(reason: $0) } + [
            .stopped, .ended(code: "quota_exceeded", message: ""), .ended(code: "revoked", message: "replaced"),
            .closed(code: 1008, reason: "quota_exceeded"),
        ]

    @Test("stops where time mends nothing", arguments: final)
    func finalEnds(end: SessionEnd) {
        var policy = ReconnectPolicy(pauses: .seconds(1)...(.seconds(8)))
        #expect(policy.decide(after: end, lasted: .zero, jitter: 1) == .stop)
    }

    static let passing: [SessionEnd] =
        ["draining", "overloaded", "backend_unavailable", "session_limit", "no_egress_available", "new_reason"]
        .map { .refused(reason: $0) } + [
            .unreachable(""), .lost(""), .closed(code: 1001, reason: "draining"), .faulty(TunnelError(.badFrame, "")),
            .ended(code: "internal", message: ""), .ended(code: "revoked", message: "device_blocked"),
        ]

    @Test("goes on where time may mend it", arguments: passing)
    func passingEnds(end: SessionEnd) {
        var policy = ReconnectPolicy(pauses: .seconds(1)...(.seconds(8)))
        #expect(policy.decide(after: end, lasted: .zero, jitter: 1) == .retry(after: .seconds(1)))
    }
}
