import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import Synchronization

final class FleetMetrics: Sendable {
    static let mostNodesListed = 500

    struct Survey: Sendable {
        var nodes: [FleetNode] = []
        var backlog: FleetStore.Backlog?
        var migrations: MigrationPlan?
        var isDatabaseUp = false
        var takenAt: Date?
    }

    private let survey = Mutex(Survey())

    init(registry: PrometheusRegistry, now: @escaping @Sendable () -> Date) {
        registerNodes(on: registry, now: now)
        registerDatabase(on: registry)
        registerBacklog(on: registry, now: now)
    }

    func show(_ next: Survey) { survey.withLock { $0 = next } }

    private func read<Value>(_ part: (Survey) -> Value) -> Value { survey.withLock { part($0) } }

    private func registerNodes(on registry: PrometheusRegistry, now: @escaping @Sendable () -> Date) {
        registry.gauges(
            "httvps_backend_nodes", help: "Registered nodes and gateways by region, status and state.",
            labels: ["kind", "region", "status", "state"]
        ) { self.read { FleetSummary.counts($0.nodes) } }
        registry.gauges(
            "httvps_backend_region_nodes",
            help: "Active nodes and gateways of a region, by whether new sessions may use them.",
            labels: ["kind", "region", "usable"]
        ) { self.read { FleetSummary.regions($0.nodes) } }
        registry.gauges(
            "httvps_backend_node_state",
            help: "1 for the state in which an active or draining node or gateway is, 0 for the others.",
            labels: ["kind", "node_id", "region", "state"]
        ) { self.read { FleetSummary.states($0.nodes, limit: Self.mostNodesListed) } }
        registry.gauges(
            "httvps_backend_node_out_of_reach", help: "Gateways that cannot reach an active or draining node.",
            labels: ["node_id", "region"]
        ) { self.read { FleetSummary.outOfReach($0.nodes, limit: Self.mostNodesListed) } }
        registry.gauges(
            "httvps_backend_node_heartbeat_age_seconds", help: "Time since the last heartbeat of a node or gateway.",
            labels: ["kind", "node_id", "region"]
        ) { self.read { FleetSummary.ages($0.nodes, at: now(), limit: Self.mostNodesListed) } }
    }

    private func registerDatabase(on registry: PrometheusRegistry) {
        registry.gauge("httvps_backend_database_up", help: "1 while the database answers, else 0.") {
            self.read { $0.isDatabaseUp ? 1 : 0 }
        }
        registry.gauges(
            "httvps_backend_migration_version",
            help: "Number of the newest migration, applied or known to the program.",
            labels: ["of"]
        ) {
            self.read { survey in
                guard let plan = survey.migrations else { return [] }
                let applied = plan.applied.last?.version ?? 0
                return [
                    MetricReading(["database"], Double(applied)),
                    MetricReading(["program"], Double(plan.pending.last?.version ?? applied)),
                ]
            }
        }
        registry.gauges(
            "httvps_backend_migrations_pending", help: "Migrations that the program knows and the database lacks.",
            labels: []
        ) { self.read { $0.migrations.map { [MetricReading([], Double($0.pending.count))] } ?? [] } }
    }

    private func registerBacklog(on registry: PrometheusRegistry, now: @escaping @Sendable () -> Date) {
        registry.gauge("httvps_backend_audit_unsealed_events", help: "Audit events that wait for their block.") {
            self.read { Double($0.backlog?.auditEvents ?? 0) }
        }
        registry.gauge("httvps_backend_audit_lag_seconds", help: "Age of the oldest audit event without a block.") {
            self.read { Self.age($0.backlog?.oldestAuditEventAt, now()) }
        }
        registry.gauge(
            "httvps_backend_usage_lag_seconds", help: "Time since the live session that was silent longest was named."
        ) { self.read { Self.age($0.backlog?.longestSilentSessionAt, now()) } }
        registry.gauge("httvps_backend_survey_timestamp_seconds", help: "When the nodes were last counted.") {
            self.read { $0.takenAt?.timeIntervalSince1970 ?? 0 }
        }
    }

    private static func age(_ moment: Date?, _ now: Date) -> Double {
        moment.map { max(0, now.timeIntervalSince($0)) } ?? 0
    }
}
