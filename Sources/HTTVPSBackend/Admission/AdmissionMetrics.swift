import HTTVPSObservability

struct AdmissionMetrics: Sendable {
    let verdicts: MetricVector<Counter>

    init(registry: PrometheusRegistry) {
        verdicts = registry.counters(
            "httvps_backend_admissions_total", help: "Verdicts on devices, by outcome.", labels: ["outcome"])
    }
}
