import Foundation
import HTTVPSPostgres

struct CallerStore: Sendable {
    struct ApiToken: Sendable {
        var id: String
        var name: String
        var role: Role
        var expiresAt: Date
    }

    struct Administrator: Sendable {
        var id: String
        var name: String
        var role: Role
        var generation: Int64
    }

    let pool: PostgresPool

    func gateway(_ credential: CredentialHash) async throws -> String? {
        try await pool.first(
            "SELECT id FROM gateway_nodes WHERE token_hash = \(credential.bytes) AND deleted_at IS NULL"
        )?.decode("id")
    }

    func gatewayStatus(_ credential: CredentialHash) async throws -> NodeStatus? {
        try await pool.first(
            "SELECT status FROM gateway_nodes WHERE token_hash = \(credential.bytes) AND deleted_at IS NULL"
        ).flatMap { NodeStatus(rawValue: try $0.decode("status")) }
    }

    func nodeStatus(_ credential: CredentialHash) async throws -> NodeStatus? {
        try await pool.first(
            "SELECT status FROM outline_nodes WHERE token_hash = \(credential.bytes) AND deleted_at IS NULL"
        ).flatMap { NodeStatus(rawValue: try $0.decode("status")) }
    }

    func node(_ credential: CredentialHash) async throws -> String? {
        try await pool.first(
            "SELECT id FROM outline_nodes WHERE token_hash = \(credential.bytes) AND deleted_at IS NULL"
        )?.decode("id")
    }

    func apiToken(_ credential: CredentialHash, at moment: Date) async throws -> ApiToken? {
        let row = try await pool.first(
            """
            WITH used AS (
                UPDATE api_tokens SET last_used_at = \(moment)
                WHERE token_hash = \(credential.bytes) AND deleted_at IS NULL AND expires_at > \(moment)
                    AND (last_used_at IS NULL OR last_used_at < \(moment)::timestamptz - interval '10 seconds')
            )
            SELECT id, name, role, expires_at FROM api_tokens
            WHERE token_hash = \(credential.bytes) AND deleted_at IS NULL
            """)
        guard let row else { return nil }
        return ApiToken(
            id: try row.decode("id"), name: try row.decode("name"), role: try row.decode("role"),
            expiresAt: try row.decode("expires_at"))
    }

    func administrator(_ id: String) async throws -> Administrator? {
        let row = try await pool.first(
            """
            SELECT id, coalesce(name, email) AS name, role, sign_in_generation FROM administrators
            WHERE id = \(id) AND deleted_at IS NULL AND status = 'active'
            """)
        guard let row else { return nil }
        return Administrator(
            id: try row.decode("id"), name: try row.decode("name"), role: try row.decode("role"),
            generation: try row.decode("sign_in_generation"))
    }

    func deviceOwner(device: String, family: String) async throws -> String? {
        try await pool.first(
            """
            SELECT u.id FROM devices d
            JOIN users u ON u.id = d.user_id AND u.deleted_at IS NULL AND u.status = 'active'
            JOIN refresh_families f ON f.device_id = d.id AND f.revoked_at IS NULL
            WHERE d.id = \(device) AND f.id = \(family) AND d.deleted_at IS NULL AND d.status = 'active'
            """
        )?.decode("id")
    }
}
