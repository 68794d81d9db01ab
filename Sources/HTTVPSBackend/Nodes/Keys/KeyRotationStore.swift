import Foundation
import HTTVPSPostgres

struct KeyRotationStore: Sendable {
    struct LeaseLost: Error {}

    let pool: PostgresPool
    let vault: NodeVault

    func start(nodeID: String, at now: Date, on transaction: PostgresTransaction) async throws -> Int? {
        try await transaction.first("SELECT start_key_rotation(\(now), \(nodeID)) AS number")?
            .decode("number", as: Int?.self)
    }

    func startDue(at now: Date) async throws { try await pool.execute("SELECT start_due_key_rotations(\(now))") }

    func claim(at now: Date, leaseSeconds: Int) async throws -> KeyRotation? {
        try await pool.first("SELECT * FROM claim_key_rotation(\(now), \(leaseSeconds)::integer)").map(KeyRotation.init)
    }

    func advance(
        _ rotation: KeyRotation, to step: KeyRotation.Step, newKeyID: String? = nil, at now: Date
    ) async throws {
        try await write(
            rotation,
            """
            step = \(step), new_key_id = coalesce(\(newKeyID), new_key_id), attempts = 0, due_at = \(now),
            leased_until = NULL, last_error = NULL, finished_at = CASE WHEN \(step) = 'done' THEN \(now) END
            """, on: pool)
    }

    func wait(_ rotation: KeyRotation, seconds: TimeInterval, error: String?, at now: Date) async throws {
        try await write(
            rotation,
            "due_at = \(now.addingTimeInterval(seconds)), leased_until = NULL, last_error = \(error)", on: pool)
    }

    func flip(_ rotation: KeyRotation, to key: OutlineKey, id: String, at now: Date) async throws {
        let sealed = try vault.seal(key.password, column: .password, nodeID: rotation.nodeID)
        let next: KeyRotation.Step = rotation.oldKeyID == nil ? .delete : .drain
        try await pool.transaction { transaction in
            try await write(
                rotation,
                """
                step = \(next), attempts = 0, due_at = \(now), leased_until = NULL, last_error = NULL,
                flipped_at = \(now)
                """, on: transaction)
            try await transaction.execute(
                """
                UPDATE outline_nodes SET host = \(key.host), port = \(key.port)::integer, method = \(key.method),
                    prefix = \(key.prefix), password_sealed = \(sealed.bytes), password_key_id = \(sealed.keyID),
                    access_key_id = \(id),
                    revision = revision + ((host, port, method, prefix)
                        IS DISTINCT FROM (\(key.host), \(key.port)::integer, \(key.method), \(key.prefix)))::integer,
                    updated_at = CASE WHEN (host, port, method, prefix)
                        IS DISTINCT FROM (\(key.host), \(key.port)::integer, \(key.method), \(key.prefix))
                        THEN \(now) ELSE updated_at END
                WHERE id = \(rotation.nodeID)
                """)
        }
    }

    func retire(_ rotation: KeyRotation, at now: Date) async throws {
        try await pool.transaction { transaction in
            try await write(rotation, "step = 'done', leased_until = NULL, finished_at = \(now)", on: transaction)
            try await transaction.execute(
                "UPDATE outline_nodes SET keys_retired_at = \(now) WHERE id = \(rotation.nodeID)")
        }
    }

    func holders(of rotation: KeyRotation, at now: Date) async throws -> Int64 {
        try await pool.first(
            "SELECT holders_of_key(\(now), \(rotation.nodeID), \(rotation.oldKeyID)) AS holders"
        )?.decode("holders") ?? 0
    }

    func running() async throws -> Int64 {
        try await pool.first("SELECT count(*) AS running FROM key_rotations WHERE step <> 'done'")?
            .decode("running") ?? 0
    }

    private func write(
        _ rotation: KeyRotation, _ change: SQLQuery, on executor: some PostgresExecutor
    ) async throws {
        let written = try await executor.execute(
            "UPDATE key_rotations SET \(change) WHERE id = \(rotation.id) AND fence = \(rotation.fence)")
        if written == 0 { throw LeaseLost() }
    }
}
