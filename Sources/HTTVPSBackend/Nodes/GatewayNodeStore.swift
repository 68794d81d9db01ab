import Foundation
import HTTVPSPostgres

struct GatewayNodeStore: Sendable {
    private static func columns(at now: Date) -> SQLQuery {
        """
        id, revision, name, region, public_url, status,
        node_state(last_heartbeat_at, heartbeat_streak, \(now)) AS state, last_heartbeat_at, active_sessions, version,
        created_at, updated_at
        """
    }

    func find(_ id: String, at now: Date, on executor: some PostgresExecutor) async throws -> GatewayNode? {
        try await executor.first(
            "SELECT \(Self.columns(at: now)) FROM gateway_nodes WHERE id = \(id) AND deleted_at IS NULL"
        ).map(GatewayNode.init)
    }

    func create(
        _ new: Submission, token: CredentialHash, at now: Date, on transaction: PostgresTransaction
    ) async throws -> GatewayNode {
        let id = Identifier.make(.gatewayNode, at: now)
        return try await transaction.query(
            """
            INSERT INTO gateway_nodes (id, token_hash, name, region, public_url, created_at, updated_at)
            VALUES (\(id), \(token.bytes), \(new.text("name")), \(new.text("region")), \(new.text("public_url")),
                \(now), \(now))
            RETURNING \(Self.columns(at: now))
            """
        ).onlyRow(GatewayNode.init)
    }

    func lock(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws -> GatewayNode? {
        try await transaction.first(
            "SELECT \(Self.columns(at: now)) FROM gateway_nodes WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
        ).map(GatewayNode.init)
    }

    func update(
        _ id: String, _ new: Submission, at now: Date, on transaction: PostgresTransaction
    ) async throws -> GatewayNode {
        try await transaction.query(
            """
            UPDATE gateway_nodes SET name = \(new.text("name")), public_url = \(new.text("public_url")),
                status = \(new.text("status")), revision = revision + 1, updated_at = \(now)
            WHERE id = \(id) RETURNING \(Self.columns(at: now))
            """
        ).onlyRow(GatewayNode.init)
    }

    func hasSessions(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.first(
            """
            SELECT 1 FROM sessions WHERE gateway_id = \(id) AND ended_at IS NULL
                AND named_at > \(now) - interval '90 seconds' LIMIT 1
            """) != nil
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("gateway_nodes", where: "id = \(id)", at: now)
    }

    func listing(_ query: Query, at now: Date) -> Listing {
        Listing("SELECT \(Self.columns(at: now)) FROM gateway_nodes WHERE deleted_at IS NULL").filtered(byNode: query)
    }
}
