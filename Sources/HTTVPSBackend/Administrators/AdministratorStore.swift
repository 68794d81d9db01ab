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
                INSERT INTO administrators (id, email, name, role, password_hash)
                VALUES (\(id), \(new.text("email")), \(new.text("name")), \(new.text("role")), \(passwordHash))
                RETURNING \(Self.columns)
                """
            ).onlyRow(Administrator.init)
        } catch let error as PostgresError where error.constraint == "administrators_email_taken" {
            throw ProblemError(.emailTaken, "Another administrator has this e-mail address.", cause: error)
        }
    }

    func listing(_ query: Query) -> Listing {
        var listing = Listing("SELECT \(Self.columns) FROM administrators WHERE deleted_at IS NULL")
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let role = query["role"] { listing.conditions.append("role = \(role)") }
        return listing
    }
}
