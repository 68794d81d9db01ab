package import HTTVPSObservability
import Synchronization

package final class NodeMeters: Sendable {
    package static let mostNodes = 64
    private static let other = "other"

    private let meters = Mutex<[String: NodeMeter]>([:])
    private let bytes: MetricVector<Counter>
    private let connects: MetricVector<Counter>
    private let connectSeconds: MetricVector<Histogram>
    private let firstByteSeconds: MetricVector<Histogram>

    package init(registry: PrometheusRegistry) {
        bytes = registry.counters(
            "httvps_gateway_node_bytes_total", help: "Payload bytes relayed through a node; up is to the node.",
            labels: ["node_id", "direction"])
        connects = registry.counters(
            "httvps_gateway_node_connects_total", help: "Attempts to reach a node by outcome.",
            labels: ["node_id", "outcome"])
        connectSeconds = registry.histograms(
            "httvps_gateway_node_connect_seconds", help: "Time to reach a node.", labels: ["node_id"])
        firstByteSeconds = registry.histograms(
            "httvps_gateway_first_byte_seconds", help: "Time from a stream's first write to its node's first byte.",
            labels: ["node_id"])
    }

    package subscript(nodeID: String) -> NodeMeter {
        meters.withLock { meters in
            let name = meters[nodeID] != nil || meters.count < Self.mostNodes ? nodeID : Self.other
            if let meter = meters[name] { return meter }
            let meter = make(name)
            meters[name] = meter
            return meter
        }
    }

    package func count(_ outcome: GatewayMetrics.ConnectOutcome) -> Int64 {
        meters.withLock { $0.values.reduce(0) { $0 + $1.count(outcome) } }
    }

    private func make(_ name: String) -> NodeMeter {
        let outcomes = GatewayMetrics.ConnectOutcome.allCases.map { ($0, connects.with(name, $0.rawValue)) }
        return NodeMeter(
            bytesUp: bytes.with(name, "up"), bytesDown: bytes.with(name, "down"),
            firstByteSeconds: firstByteSeconds.with(name), connectSeconds: connectSeconds.with(name),
            connects: Dictionary(outcomes) { first, _ in first })
    }
}
