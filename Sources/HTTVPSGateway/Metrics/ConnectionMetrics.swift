package import HTTVPSObservability

package struct ConnectionMetrics: Sendable {
    package enum Outcome: String, CaseIterable, Hashable, Sendable {
        case accepted
        case refused
    }

    package let open: Gauge
    package let outcomes: ClosedSet<Outcome, Counter>

    package init(registry: PrometheusRegistry) {
        open = registry.gauge("httvps_gateway_connections_open", help: "Connections of clients and visitors open now.")
        outcomes = registry.counters(
            "httvps_gateway_connections_total",
            help: "Connections to the listener: accepted, or closed at once for a limit.", label: "outcome",
            of: Outcome.self)
    }
}
