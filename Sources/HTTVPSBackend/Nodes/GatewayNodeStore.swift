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
        _ draft: GatewayNodeDraft, token: CredentialHash, at now: Date, on transaction: PostgresTransaction
    ) async throws -> GatewayNode {
        let id = Identifier.make(.gatewayNode, at: now)
        return try await transaction.query(
            """
            INSERT INTO gateway_nodes (id, token_hash, name, region, public_url)
            VALUES (\(id), \(token.bytes), \(draft.name), \(draft.region), \(draft.publicURL))
            RETURNING \(Self.columns(at: now))
            """
        ).onlyRow(GatewayNode.init)
    }

    func listing(_ query: Query, at now: Date) -> Listing {
        Listing("SELECT \(Self.columns(at: now)) FROM gateway_nodes WHERE deleted_at IS NULL").filtered(byNode: query)
    }
}
