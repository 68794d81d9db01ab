import Foundation
import HTTVPSPostgres

struct FleetStore: Sendable {
    struct Backlog: Equatable, Sendable {
        var auditEvents: Int64
        var oldestAuditEventAt: Date?
        var longestSilentSessionAt: Date?
    }

    let pool: PostgresPool

    func nodes(at now: Date) async throws -> [FleetNode] {
        try await pool.query(
            """
            SELECT 'outline' AS kind, id, region, status,
                node_state(last_heartbeat_at, heartbeat_streak, \(now)) AS state, last_heartbeat_at,
                (SELECT count(*) FROM gateway_egress e WHERE e.node_id = n.id AND e.failures >= 3
                    AND e.last_failed_at > \(now) - interval '30 seconds') AS out_of_reach
            FROM outline_nodes n WHERE deleted_at IS NULL
            UNION ALL
            SELECT 'gateway', id, region, status, node_state(last_heartbeat_at, heartbeat_streak, \(now)),
                last_heartbeat_at, 0
            FROM gateway_nodes WHERE deleted_at IS NULL
            ORDER BY kind, id
            """
        ).map(FleetNode.init)
    }

    func backlog() async throws -> Backlog? {
        try await pool.first(
            """
            SELECT (SELECT count(*) FROM audit_pending) AS events,
                (SELECT e.created_at FROM audit_pending p JOIN audit_events e ON e.id = p.event_id
                    ORDER BY p.position LIMIT 1) AS oldest,
                (SELECT min(named_at) FROM sessions WHERE ended_at IS NULL) AS silent
            """
        ).map {
            Backlog(
                auditEvents: try $0.decode("events"), oldestAuditEventAt: try $0.decode("oldest"),
                longestSilentSessionAt: try $0.decode("silent"))
        }
    }
}
