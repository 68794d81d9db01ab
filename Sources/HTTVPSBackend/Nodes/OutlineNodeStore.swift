import Foundation
import HTTVPSPostgres

struct OutlineNodeStore: Sendable {
    let vault: NodeVault

    private static func columns(at now: Date) -> SQLQuery {
        """
        id, revision, region, name, weight, capacity, half_close, status, host, port, method, prefix,
        management_url_sealed IS NOT NULL AS managed,
        node_state(last_heartbeat_at, heartbeat_streak, \(now)) AS state, last_heartbeat_at, active_sessions, version,
        created_at, updated_at
        """
    }

    func find(_ id: String, at now: Date, on executor: some PostgresExecutor) async throws -> OutlineNode? {
        try await executor.first(
            "SELECT \(Self.columns(at: now)) FROM outline_nodes WHERE id = \(id) AND deleted_at IS NULL"
        ).map(OutlineNode.init)
    }

    func create(
        _ new: Submission, _ access: OutlineNodeAccess, token: CredentialHash, at now: Date,
        on transaction: PostgresTransaction
    ) async throws -> OutlineNode {
        let id = Identifier.make(.outlineNode, at: now)
        let key = access.key
        let password = try key.map { try vault.seal($0.password, column: .password, nodeID: id) }
        let management = try access.managementURL.map { try vault.seal($0, column: .managementURL, nodeID: id) }
        return try await transaction.query(
            """
            INSERT INTO outline_nodes (id, token_hash, region, name, weight, capacity, half_close, host, port, method,
                prefix, password_sealed, password_key_id, management_url_sealed, management_url_key_id, cert_sha256,
                created_at, updated_at)
            VALUES (\(id), \(token.bytes), \(new.text("region")), \(new.text("name")), \(new.integer("weight")),
                \(new.integer("capacity")), \(new.flag("half_close")), \(key?.host), \(key?.port), \(key?.method), \(key?.prefix), \(password?.bytes),
                \(password?.keyID), \(management?.bytes), \(management?.keyID), \(access.certificateHash), \(now), \(now))
            RETURNING \(Self.columns(at: now))
            """
        ).onlyRow(OutlineNode.init)
    }

    func lock(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws -> OutlineNode? {
        try await transaction.first(
            "SELECT \(Self.columns(at: now)) FROM outline_nodes WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
        ).map(OutlineNode.init)
    }

    func update(
        _ id: String, _ new: Submission, at now: Date, on transaction: PostgresTransaction
    ) async throws -> OutlineNode {
        try await transaction.query(
            """
            UPDATE outline_nodes SET name = \(new.text("name")), weight = \(new.integer("weight")),
                capacity = \(new.integer("capacity")), half_close = \(new.flag("half_close")),
                status = \(new.text("status")), revision = revision + 1, updated_at = \(now)
            WHERE id = \(id) RETURNING \(Self.columns(at: now))
            """
        ).onlyRow(OutlineNode.init)
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("outline_nodes", where: "id = \(id)", at: now)
    }

    func listing(_ query: Query, at now: Date) -> Listing {
        Listing("SELECT \(Self.columns(at: now)) FROM outline_nodes WHERE deleted_at IS NULL").filtered(byNode: query)
    }
}
