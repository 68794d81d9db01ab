import HTTVPSPostgres

struct SealedNodeStore: Sendable {
    struct Secret: Sendable {
        var nodeID: String
        var column: NodeVault.Column
        var sealed: NodeVault.Sealed

        var place: String { "\(nodeID) \(column.rawValue)" }
    }

    let pool: PostgresPool
    let vault: NodeVault

    func stale(after place: String, active: String, limit: Int) async throws -> [Secret] {
        let rows = try await pool.query(
            """
            SELECT id, secret.name, sealed, key_id FROM outline_nodes,
                LATERAL (VALUES ('password', password_sealed, password_key_id),
                    ('management_url', management_url_sealed, management_url_key_id)) AS secret (name, sealed, key_id)
            WHERE sealed IS NOT NULL AND key_id <> \(active)
                AND (id || ' ' || secret.name) COLLATE "C" > \(place) COLLATE "C"
            ORDER BY (id || ' ' || secret.name) COLLATE "C" LIMIT \(limit)
            """)
        return try rows.map { row in
            Secret(
                nodeID: try row.decode("id"), column: try row.decode("name"),
                sealed: NodeVault.Sealed(keyID: try row.decode("key_id"), bytes: try row.decode("sealed")))
        }
    }

    func rewrap(_ secret: Secret) async throws -> Bool {
        guard let text = try? vault.open(secret.sealed, column: secret.column, nodeID: secret.nodeID) else {
            return false
        }
        let fresh = try vault.seal(text, column: secret.column, nodeID: secret.nodeID)
        let column = secret.column.rawValue
        try await pool.execute(
            """
            UPDATE outline_nodes SET \(unsafe: column)_sealed = \(fresh.bytes), \(unsafe: column)_key_id = \(fresh.keyID)
            WHERE id = \(secret.nodeID) AND \(unsafe: column)_sealed = \(secret.sealed.bytes)
            """)
        return true
    }
}
