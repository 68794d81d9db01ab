package import Logging

package struct Migrator: Sendable {
    package struct Limits: Sendable {
        package var runLock: Duration = .seconds(60)
        package var lock: Duration = .seconds(10)
        package var statement: Duration = .seconds(600)

        package init() {}
    }

    private let pool: PostgresPool
    private let migrations: [Migration]
    private let limits: Limits
    private let logger: Logger

    package init(pool: PostgresPool, migrations: [Migration], limits: Limits = Limits(), logger: Logger) {
        self.pool = pool
        self.migrations = migrations
        self.limits = limits
        self.logger = logger
    }

    package func plan() async throws(MigrationError) -> MigrationPlan {
        try MigrationPlan(files: migrations, applied: try await records(on: pool))
    }

    package func status() async throws(MigrationError) -> [MigrationStatus] {
        MigrationStatus.list(files: migrations, applied: try await records(on: pool))
    }

    package func isCurrent() async throws(MigrationError) -> Bool {
        try await plan().pending.isEmpty
    }

    package func verify() async throws(MigrationError) {
        let pending = try await plan().pending
        guard let first = pending.first else { return }
        throw MigrationError(
            .pending,
            "\(pending.count) migration\(pending.count == 1 ? "" : "s") not applied yet, beginning with "
                + "\(first.title): run httvps-backend migrate up")
    }

    @discardableResult
    package func up() async throws(MigrationError) -> [Migration] {
        try await locked { session throws(MigrationError) in
            let plan = try MigrationPlan(files: migrations, applied: try await records(on: session))
            for migration in plan.pending { try await apply(migration, on: session) }
            return plan.pending
        }
    }

    @discardableResult
    package func down(steps: Int = 1) async throws(MigrationError) -> [Migration] {
        try await locked { session throws(MigrationError) in
            let plan = try MigrationPlan(files: migrations, applied: try await records(on: session))
            let undone = Array(plan.applied.reversed().prefix(max(0, steps)))
            for migration in undone { try await revert(migration, on: session) }
            return undone
        }
    }

    private func apply(_ migration: Migration, on session: PostgresSession) async throws(MigrationError) {
        let start = ContinuousClock.now
        try await step(migration.up, file: migration.title + ".sql", on: session) { transaction throws(PostgresError) in
            let duration = start.duration(to: .now)
            try await MigrationLedger.record(migration, took: duration, on: transaction)
        }
        logger.info("Migration applied", metadata: ["migration": "\(migration.title)"])
    }

    private func revert(_ migration: Migration, on session: PostgresSession) async throws(MigrationError) {
        try await step(migration.down, file: migration.title + ".down.sql", on: session) {
            transaction throws(PostgresError) in
            try await MigrationLedger.erase(migration, on: transaction)
        }
        logger.info("Migration undone", metadata: ["migration": "\(migration.title)"])
    }

    private func step(
        _ script: String, file: String, on session: PostgresSession,
        record: (PostgresTransaction) async throws(PostgresError) -> Void
    ) async throws(MigrationError) {
        do {
            try await session.transaction { transaction in
                try await transaction.script("SET LOCAL lock_timeout = \(limits.lock.milliseconds)")
                let before = try await transactionNumber(transaction)
                try await transaction.script(script)
                guard try await transactionNumber(transaction) == before else {
                    throw MigrationError(.failed, "\(file) ends its own transaction: take BEGIN and COMMIT out of it")
                }
                try await record(transaction)
            }
        } catch {
            throw MigrationFailure(file: file, script: script, cause: error).error
        }
    }

    private func transactionNumber(_ transaction: PostgresTransaction) async throws(PostgresError) -> String? {
        try await transaction.first("SELECT txid_current()::text AS id")?.decode("id")
    }

    private func records(on executor: some PostgresExecutor) async throws(MigrationError) -> [AppliedMigration] {
        do {
            return try await MigrationLedger.records(on: executor)
        } catch {
            throw MigrationFailure.error(for: error)
        }
    }

    private func locked(
        _ body: (PostgresSession) async throws(MigrationError) -> [Migration]
    ) async throws(MigrationError) -> [Migration] {
        do {
            return try await pool.withConnection(statementTimeout: limits.statement) { session in
                try await MigrationLock(limit: limits.runLock, logger: logger).acquire(on: session)
                try await MigrationLedger.create(on: session)
                return try await body(session)
            }
        } catch {
            throw MigrationFailure.error(for: error)
        }
    }
}
