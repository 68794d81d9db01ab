import HTTVPSObservability

struct SweepMetrics: Sendable {
    let sessions: Gauge

    init(registry: PrometheusRegistry) {
        sessions = registry.gauge("httvps_backend_sessions_active", help: "Sessions that have not ended.")
    }
}
