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
        _ draft: OutlineNodeDraft, token: CredentialHash, at now: Date, on transaction: PostgresTransaction
    ) async throws -> OutlineNode {
        let id = Identifier.make(.outlineNode, at: now)
        var (key, url, hash): (OutlineKey?, String?, String?)
        switch draft.access {
        case .key(let given): key = given
        case .management(let given, let certificateHash): (url, hash) = (given, certificateHash)
        case nil: break
        }
        let password = key.map { vault.seal($0.password, column: .password, nodeID: id) }
        let management = url.map { vault.seal($0, column: .managementURL, nodeID: id) }
        return try await transaction.query(
            """
            INSERT INTO outline_nodes (id, token_hash, region, name, weight, capacity, half_close, host, port, method,
                prefix, password_sealed, password_key_id, management_url_sealed, management_url_key_id, cert_sha256)
            VALUES (\(id), \(token.bytes), \(draft.region), \(draft.name), \(draft.weight), \(draft.capacity),
                \(draft.halfClose), \(key?.host), \(key?.port), \(key?.method), \(key?.prefix), \(password?.bytes),
                \(password?.keyID), \(management?.bytes), \(management?.keyID), \(hash))
            RETURNING \(Self.columns(at: now))
            """
        ).onlyRow(OutlineNode.init)
    }

    func listing(_ query: Query, at now: Date) -> Listing {
        Listing("SELECT \(Self.columns(at: now)) FROM outline_nodes WHERE deleted_at IS NULL").filtered(byNode: query)
    }
}
