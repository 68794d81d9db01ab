import HTTVPSObservability

struct AuditMetrics: Sendable {
    enum Outcome: String, CaseIterable, Hashable, Sendable {
        case sealed
        case failed
    }

    let blocks: ClosedSet<Outcome, Counter>

    init(registry: PrometheusRegistry) {
        blocks = registry.counters(
            "httvps_backend_audit_blocks_total",
            help: "Blocks of audit events sealed by this process, and attempts that failed.",
            label: "outcome", of: Outcome.self)
    }
}
