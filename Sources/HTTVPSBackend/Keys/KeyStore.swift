import Foundation
package import HTTVPSPostgres

package struct KeyStore: Sendable {
    package let pool: PostgresPool
    package let ring: KeyRing

    package init(pool: PostgresPool, ring: KeyRing) {
        self.pool = pool
        self.ring = ring
    }

    package static func keys(
        of configuration: BackendConfiguration, in database: BackendDatabase
    ) async throws -> KeyRing {
        let ring = KeyRing(secret: configuration.secretKey, previous: configuration.previousSecretKey)
        try await KeyStore(pool: database.pool, ring: ring).load()
        return ring
    }

    package func load() async throws {
        var keys = try await read(on: pool)
        if Set(keys.map(\.purpose)).count < KeyPurpose.allCases.count {
            keys = try await pool.transaction { transaction in
                try await lock(on: transaction)
                try await adopt(on: transaction)
                return try await read(on: transaction)
            }
        }
        ring.install(keys)
    }

    func lock(on transaction: PostgresTransaction) async throws {
        _ = try await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('backend keys', 13))")
    }

    func read(on executor: some PostgresExecutor) async throws -> [BackendKey] {
        let rows = try await executor.query(
            "SELECT purpose, id, sealed, root_id, activates_at, ends_at FROM backend_keys")
        return try rows.compactMap(key)
    }

    func insert(_ key: BackendKey, on transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO backend_keys (purpose, id, sealed, root_id, activates_at, ends_at)
            VALUES (\(key.purpose), \(key.id), \(try ring.root.seal(key)), \(ring.root.id), \(key.activatesAt),
                \(key.endsAt))
            """)
    }

    func end(_ key: BackendKey, at moment: Date, on executor: some PostgresExecutor) async throws {
        try await executor.execute(
            """
            UPDATE backend_keys SET ends_at = least(coalesce(ends_at, \(moment)), \(moment))
            WHERE purpose = \(key.purpose) AND id = \(key.id)
            """)
    }

    func delete(_ key: BackendKey, on executor: some PostgresExecutor) async throws {
        try await executor.execute("DELETE FROM backend_keys WHERE purpose = \(key.purpose) AND id = \(key.id)")
    }

    func reseal(on transaction: PostgresTransaction) async throws -> Int {
        let rows = try await transaction.query(
            """
            SELECT purpose, id, sealed, root_id, activates_at, ends_at FROM backend_keys
            WHERE root_id <> \(ring.root.id) FOR UPDATE
            """)
        for key in try rows.compactMap(key) {
            try await transaction.execute(
                """
                UPDATE backend_keys SET sealed = \(try ring.root.seal(key)), root_id = \(ring.root.id)
                WHERE purpose = \(key.purpose) AND id = \(key.id)
                """)
        }
        return rows.count
    }

    private func adopt(on transaction: PostgresTransaction) async throws {
        let known = Set(try await read(on: transaction).map(\.purpose))
        let root = try await founder(on: transaction)
        for purpose in KeyPurpose.allCases where !known.contains(purpose) {
            try await insert(root.foundingKey(of: purpose), on: transaction)
        }
    }

    private func founder(on transaction: PostgresTransaction) async throws -> RootSecret {
        let rows = try await transaction.query(
            """
            SELECT password_key_id AS id FROM outline_nodes WHERE password_key_id IS NOT NULL
            UNION SELECT management_url_key_id FROM outline_nodes WHERE management_url_key_id IS NOT NULL
            """)
        let used = Set(try rows.map { try $0.decode("id", as: String.self) })
        let vaults = try await read(on: transaction).filter { $0.purpose == .vault }
        if used.isEmpty || !vaults.isEmpty { return ring.root }
        guard let root = ring.roots.first(where: { used == [$0.foundingKey(of: .vault).id] }) else {
            throw KeyError.wrongSecret
        }
        return root
    }

    private func key(_ row: PostgresRow) throws -> BackendKey? {
        let id: String = try row.decode("id")
        let rootID: String = try row.decode("root_id")
        guard let purpose = KeyPurpose(rawValue: try row.decode("purpose")) else { return nil }
        guard let root = ring.roots.first(where: { $0.id == rootID }),
            let material = try? root.open(try row.decode("sealed"), purpose, id: id)
        else { throw KeyError.wrongSecret }
        return BackendKey(
            purpose, material: material, activatesAt: try row.decode("activates_at"), endsAt: try row.decode("ends_at"))
    }
}
