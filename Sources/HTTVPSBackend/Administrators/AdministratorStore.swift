import Foundation
import HTTVPSPostgres

struct AdministratorStore: Sendable {
    private static let columns: SQLQuery = "id, revision, email, name, role, status, created_at, updated_at"

    func find(_ id: String, on executor: some PostgresExecutor) async throws -> Administrator? {
        try await executor.first("SELECT \(Self.columns) FROM administrators WHERE id = \(id) AND deleted_at IS NULL")
            .map(Administrator.init)
    }

    func create(
        _ new: Submission, passwordHash: String, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Administrator {
        let id = Identifier.make(.administrator, at: now)
        do {
            return try await transaction.query(
                """
                INSERT INTO administrators (id, email, name, role, password_hash, created_at, updated_at)
                VALUES (\(id), \(new.text("email")), \(new.text("name")), \(new.text("role")), \(passwordHash), \(now),
                    \(now))
                RETURNING \(Self.columns)
                """
            ).onlyRow(Administrator.init)
        } catch let error as PostgresError where error.constraint == "administrators_email_taken" {
            throw ProblemError(.emailTaken, "Another administrator has this e-mail address.", cause: error)
        }
    }

    func lock(_ id: String, on transaction: PostgresTransaction) async throws -> Administrator? {
        try await transaction.first(
            "SELECT \(Self.columns) FROM administrators WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
        ).map(Administrator.init)
    }

    func hasActiveAdmin(beside id: String, on transaction: PostgresTransaction) async throws -> Bool {
        _ = try await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('last administrator', 17))")
        return try await transaction.first(
            """
            SELECT id FROM administrators
            WHERE id <> \(id) AND role = 'admin' AND status = 'active' AND deleted_at IS NULL LIMIT 1
            """) != nil
    }

    func update(
        _ id: String, _ submission: Submission, passwordHash: String?, at now: Date,
        on transaction: PostgresTransaction
    ) async throws -> Administrator {
        let endsSignIns = passwordHash != nil || submission.changes("status")
        return try await transaction.query(
            """
            UPDATE administrators SET name = \(submission.text("name")), role = \(submission.text("role")),
                status = \(submission.text("status")), password_hash = coalesce(\(passwordHash), password_hash),
                password_changed_at = CASE WHEN \(passwordHash != nil) THEN \(now) ELSE password_changed_at END,
                sign_in_generation = sign_in_generation + CASE WHEN \(endsSignIns) THEN 1 ELSE 0 END,
                revision = revision + 1, updated_at = \(now)
            WHERE id = \(id) RETURNING \(Self.columns)
            """
        ).onlyRow(Administrator.init)
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("administrators", where: "id = \(id)", at: now)
    }

    func listing(_ query: Query) -> Listing {
        var listing = Listing("SELECT \(Self.columns) FROM administrators WHERE deleted_at IS NULL")
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let role = query["role"] { listing.conditions.append("role = \(role)") }
        return listing
    }
}
