import Foundation
import HTTVPSPostgres

struct ApiTokenStore: Sendable {
    private static func columns(at now: Date) -> SQLQuery {
        """
        id, revision, name, role, CASE WHEN expires_at > \(now) THEN 'active' ELSE 'expired' END AS status, expires_at,
        last_used_at, created_at, updated_at
        """
    }

    func find(_ id: String, at now: Date, on executor: some PostgresExecutor) async throws -> ApiToken? {
        try await executor.first(
            "SELECT \(Self.columns(at: now)) FROM api_tokens WHERE id = \(id) AND deleted_at IS NULL"
        ).map(ApiToken.init)
    }

    func create(
        _ new: Submission, token: CredentialHash, at now: Date, on transaction: PostgresTransaction
    ) async throws -> ApiToken {
        try await transaction.query(
            """
            INSERT INTO api_tokens (id, name, role, token_hash, expires_at, created_at, updated_at)
            VALUES (\(Identifier.make(.apiToken, at: now)), \(new.text("name")), \(new.text("role")), \(token.bytes),
                \(new.time("expires_at") ?? now.addingTimeInterval(ApiToken.lifetime)), \(now), \(now))
            RETURNING \(Self.columns(at: now))
            """
        ).onlyRow(ApiToken.init)
    }

    func lock(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws -> ApiToken? {
        try await transaction.first(
            "SELECT \(Self.columns(at: now)) FROM api_tokens WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
        ).map(ApiToken.init)
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("api_tokens", where: "id = \(id)", at: now)
    }

    func listing(_ query: Query, at now: Date) -> Listing {
        var listing = Listing("SELECT \(Self.columns(at: now)) FROM api_tokens WHERE deleted_at IS NULL")
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let role = query["role"] { listing.conditions.append("role = \(role)") }
        return listing
    }
}
