struct MigrationLedger {
    static func create(on executor: some PostgresExecutor) async throws(PostgresError) {
        try await executor.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version integer PRIMARY KEY,
                name text NOT NULL,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now(),
                duration_ms bigint NOT NULL
            )
            """)
    }

    static func records(on executor: some PostgresExecutor) async throws(PostgresError) -> [AppliedMigration] {
        let table = try await executor.first("SELECT to_regclass('schema_migrations') IS NOT NULL AS present")
        guard try table?.decode("present", as: Bool.self) == true else { return [] }
        let rows = try await executor.query(
            "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version")
        return try rows.map { row throws(PostgresError) in
            AppliedMigration(
                version: try row.decode("version"), name: try row.decode("name"),
                checksum: try row.decode("checksum"), appliedAt: try row.decode("applied_at"))
        }
    }

    static func record(
        _ migration: Migration, took duration: Duration, on executor: some PostgresExecutor
    ) async throws(PostgresError) {
        try await executor.execute(
            """
            INSERT INTO schema_migrations (version, name, checksum, duration_ms)
            VALUES (\(migration.version), \(migration.name), \(migration.checksum), \(duration.milliseconds))
            """)
    }

    static func erase(_ migration: Migration, on executor: some PostgresExecutor) async throws(PostgresError) {
        try await executor.execute("DELETE FROM schema_migrations WHERE version = \(migration.version)")
    }
}
