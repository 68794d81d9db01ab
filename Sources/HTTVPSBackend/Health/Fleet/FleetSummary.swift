import Foundation
import HTTVPSObservability

enum FleetSummary {
    static func counts(_ nodes: [FleetNode]) -> [MetricReading] {
        Dictionary(grouping: nodes) { [$0.kind.rawValue, $0.region, $0.status.rawValue, $0.state.rawValue] }
            .map { MetricReading($0.key, Double($0.value.count)) }.sorted()
    }

    static func regions(_ nodes: [FleetNode]) -> [MetricReading] {
        let active = nodes.filter { $0.status == .active }
        let groups = Dictionary(grouping: active) { [$0.kind.rawValue, $0.region] }
        return groups.flatMap { key, nodes in
            let usable = nodes.count(where: \.isUsable)
            return [
                MetricReading(key + ["yes"], Double(usable)), MetricReading(key + ["no"], Double(nodes.count - usable)),
            ]
        }.sorted()
    }

    static func states(_ nodes: [FleetNode], limit: Int) -> [MetricReading] {
        listed(nodes, limit).flatMap { node in
            NodeState.allCases.map { state in
                MetricReading([node.kind.rawValue, node.id, node.region, state.rawValue], node.state == state ? 1 : 0)
            }
        }
    }

    static func outOfReach(_ nodes: [FleetNode], limit: Int) -> [MetricReading] {
        listed(nodes.filter { $0.kind == .outline }, limit).map {
            MetricReading([$0.id, $0.region], Double($0.outOfReach))
        }
    }

    static func ages(_ nodes: [FleetNode], at now: Date, limit: Int) -> [MetricReading] {
        listed(nodes, limit).compactMap { node in
            node.lastHeartbeatAt.map {
                MetricReading([node.kind.rawValue, node.id, node.region], max(0, now.timeIntervalSince($0)))
            }
        }
    }

    private static func listed(_ nodes: [FleetNode], _ limit: Int) -> ArraySlice<FleetNode> {
        nodes.filter(\.isAtWork).prefix(limit)
    }
}

extension [MetricReading] {
    fileprivate func sorted() -> [MetricReading] { sorted { $0.labels.lexicographicallyPrecedes($1.labels) } }
}
