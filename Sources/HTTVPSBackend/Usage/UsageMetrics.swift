import HTTVPSObservability

struct UsageMetrics: Sendable {
    let items: MetricVector<Counter>
    let bytes: Counter

    init(registry: PrometheusRegistry) {
        items = registry.counters(
            "httvps_backend_usage_items_total", help: "Items of usage reports, by status.", labels: ["status"])
        bytes = registry.counter("httvps_backend_usage_bytes_total", help: "Payload bytes counted, both directions.")
    }
}
