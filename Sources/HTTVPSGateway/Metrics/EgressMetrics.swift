package import HTTVPSObservability

package struct EgressMetrics: Sendable {
    package enum WarmTake: String, CaseIterable, Hashable, Sendable {
        case hit
        case miss
        case stale
    }

    package let hedgedDials: Counter
    package let breakerChanges: ClosedSet<CircuitBreaker.Phase, Counter>
    package let warmTakes: ClosedSet<WarmTake, Counter>
    package let warmConnections: Gauge

    package init(registry: PrometheusRegistry) {
        hedgedDials = registry.counter(
            "httvps_gateway_hedged_dials_total", help: "Dials to a second node because the first took its time.")
        breakerChanges = registry.counters(
            "httvps_gateway_node_breaker_changes_total", help: "Changes of nodes' circuit breakers by new state.",
            label: "state", of: CircuitBreaker.Phase.self)
        warmTakes = registry.counters(
            "httvps_gateway_warm_takes_total",
            help: "Streams that found a ready connection to their node, found none, or found one that was dead.",
            label: "outcome", of: WarmTake.self)
        warmConnections = registry.gauge(
            "httvps_gateway_warm_connections", help: "Connections to nodes that are kept ready or being made.")
    }
}
