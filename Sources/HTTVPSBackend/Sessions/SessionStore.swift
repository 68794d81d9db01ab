import Foundation
import HTTVPSPostgres

struct SessionStore: Sendable {
    static let filters = ["user_id", "device_id", "subscription_id", "gateway_id", "node_id"]

    private static let columns: SQLQuery = """
        id, user_id, device_id, subscription_id, gateway_id, node_id, region, client_version, bytes_up, bytes_down,
        streams_opened, last_report_at, revoked_at, ended_at, close_reason, created_at, updated_at
        """

    func find(_ id: String, on executor: some PostgresExecutor) async throws -> Session? {
        try await executor.first("SELECT \(Self.columns) FROM sessions WHERE id = \(id)").map(Session.init)
    }

    func lock(_ id: String, on transaction: PostgresTransaction) async throws -> Session? {
        try await transaction.first("SELECT \(Self.columns) FROM sessions WHERE id = \(id) FOR UPDATE").map(
            Session.init)
    }

    func revoke(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws -> Session {
        try await transaction.query(
            """
            UPDATE sessions SET revoked_at = \(now), revoke_reason = 'revoked', updated_at = \(now)
            WHERE id = \(id) RETURNING \(Self.columns)
            """
        ).onlyRow(Session.init)
    }

    func revokeRefused(
        where condition: SQLQuery, at now: Date, on transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            SELECT revoke_refused_among(\(now), ARRAY(
                SELECT id FROM sessions WHERE ended_at IS NULL AND revoked_at IS NULL AND \(condition)))
            """)
    }

    func listing(_ query: Query) -> Listing {
        var listing = Listing("SELECT \(Self.columns) FROM sessions")
        if let status = query["status"] {
            listing.conditions.append(status == "ended" ? "ended_at IS NOT NULL" : "ended_at IS NULL")
        }
        for name in Self.filters {
            if let value = query[name] { listing.conditions.append("\(unsafe: name) = \(value)") }
        }
        return listing
    }
}
