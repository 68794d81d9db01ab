import Foundation
import HTTVPSPostgres

struct UserStore: Sendable {
    private static let columns: SQLQuery = "id, revision, email, name, status, created_at, updated_at"

    func find(_ id: String, on executor: some PostgresExecutor) async throws -> User? {
        try await executor.first("SELECT \(Self.columns) FROM users WHERE id = \(id) AND deleted_at IS NULL").map(
            User.init)
    }

    func lock(_ id: String, on transaction: PostgresTransaction) async throws -> User? {
        try await transaction.first(
            "SELECT \(Self.columns) FROM users WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
        ).map(User.init)
    }

    func create(_ submission: Submission, at now: Date, on transaction: PostgresTransaction) async throws -> User {
        let id = Identifier.make(.user, at: now)
        return try await writing {
            try await transaction.query(
                """
                INSERT INTO users (id, email, name, created_at, updated_at)
                VALUES (\(id), \(submission.text("email")), \(submission.text("name")), \(now), \(now))
                RETURNING \(Self.columns)
                """)
        }
    }

    func update(
        _ id: String, _ submission: Submission, at now: Date, on transaction: PostgresTransaction
    ) async throws -> User {
        try await writing {
            try await transaction.query(
                """
                UPDATE users SET email = \(submission.text("email")), name = \(submission.text("name")),
                    status = \(submission.text("status")), revision = revision + 1, updated_at = \(now)
                WHERE id = \(id) RETURNING \(Self.columns)
                """)
        }
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("users", where: "id = \(id)", at: now)
    }

    private func writing(_ write: () async throws -> [PostgresRow]) async throws -> User {
        do {
            return try await write().onlyRow(User.init)
        } catch let error as PostgresError where error.constraint == "users_email_taken" {
            throw ProblemError(.emailTaken, "Another user has this e-mail address.", cause: error)
        }
    }

    func listing(_ query: Query) -> Listing {
        var listing = Listing("SELECT \(Self.columns) FROM users WHERE deleted_at IS NULL")
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let email = query["email"] { listing.conditions.append("lower(email) = lower(\(email))") }
        return listing
    }
}

extension [PostgresRow] {
    func onlyRow<Value>(_ make: (PostgresRow) throws -> Value) throws -> Value {
        guard count == 1, let first else {
            throw PostgresError(.decodeFailed, "\(count) rows came, where one was expected")
        }
        return try make(first)
    }
}
