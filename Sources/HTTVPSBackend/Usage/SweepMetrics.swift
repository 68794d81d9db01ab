import HTTVPSObservability

struct SweepMetrics: Sendable {
    enum Outcome: String, CaseIterable, Hashable, Sendable {
        case swept
        case failed
    }

    let sessions: Gauge
    let sweeps: ClosedSet<Outcome, Counter>
    let sweptAt: Gauge

    init(registry: PrometheusRegistry) {
        sessions = registry.gauge("httvps_backend_sessions_active", help: "Sessions that have not ended.")
        sweeps = registry.counters(
            "httvps_backend_sweeps_total", help: "Sweeps of silent sessions by outcome.", label: "outcome",
            of: Outcome.self)
        sweptAt = registry.gauge(
            "httvps_backend_sweep_timestamp_seconds", help: "When silent sessions were last swept, in Unix time.")
    }
}
