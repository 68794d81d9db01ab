import Foundation
import HTTVPSPostgres

struct SignInStore: Sendable {
    struct Account: Sendable {
        var id: String
        var name: String
        var role: Role
        var isActive: Bool
        var passwordHash: String
        var generation: Int64
    }

    struct Attempt: Sendable {
        var id: Int64
        var account: CredentialHash
        var address: String
    }

    let pool: PostgresPool
    let hasher: CredentialHasher

    private static let columns: SQLQuery = """
        id, coalesce(name, email) AS name, role, status = 'active' AS active, password_hash, sign_in_generation
        """

    func account(email: String) async throws -> Account? {
        try await pool.first(
            """
            SELECT \(Self.columns) FROM administrators
            WHERE lower(email) = lower(\(email)) AND deleted_at IS NULL
            """
        ).map(Self.account)
    }

    func unchanged(_ account: Account, on transaction: PostgresTransaction) async throws -> Account? {
        try await transaction.first(
            """
            SELECT \(Self.columns) FROM administrators
            WHERE id = \(account.id) AND deleted_at IS NULL AND status = 'active'
                AND password_hash = \(account.passwordHash) FOR SHARE
            """
        ).map(Self.account)
    }

    func begin(_ account: Account?, email: String, address: String, at now: Date) async throws -> Attempt {
        let key = hasher.hash(account: account?.id ?? email.lowercased())
        let row = try await pool.first(
            "SELECT wait_sec, attempt FROM begin_sign_in(\(now), \(key.bytes), \(address))")
        let wait: Double = try row?.decode("wait_sec") ?? 0
        guard let attempt: Int64 = try row?.decode("attempt") else {
            throw ProblemError.retryLater(
                .tooManyAttempts, "Too many failed sign-ins; wait before the next one.", seconds: Int(wait.rounded(.up))
            )
        }
        return Attempt(id: attempt, account: key, address: address)
    }

    func forgive(_ attempt: Attempt, on transaction: PostgresTransaction) async throws {
        _ = try await transaction.query(
            "SELECT forgive_sign_in(\(attempt.id), \(attempt.account.bytes), \(attempt.address))")
    }

    private static func account(_ row: PostgresRow) throws -> Account {
        Account(
            id: try row.decode("id"), name: try row.decode("name"), role: try row.decode("role"),
            isActive: try row.decode("active"), passwordHash: try row.decode("password_hash"),
            generation: try row.decode("sign_in_generation"))
    }
}
