import Foundation
import HTTVPSPostgres

struct EnrollmentStore: Sendable {
    struct Claim: Equatable, Sendable {
        var deviceID: String
        var userID: String
    }

    func claim(_ hash: CredentialHash, at now: Date, on transaction: PostgresTransaction) async throws -> Claim? {
        let row = try await transaction.first(
            """
            SELECT d.id, d.user_id FROM enrollment_codes c
            JOIN devices d ON d.id = c.device_id AND d.deleted_at IS NULL
            WHERE c.code_hash = \(hash.bytes) AND c.used_at IS NULL AND c.expires_at > \(now)
            """)
        guard let row else { return nil }
        return Claim(deviceID: try row.decode("id"), userID: try row.decode("user_id"))
    }

    func lockOwner(_ userID: String, on transaction: PostgresTransaction) async throws -> User.Status? {
        try await transaction.first(
            "SELECT status FROM users WHERE id = \(userID) AND deleted_at IS NULL FOR SHARE"
        )?.decode("status")
    }

    func spend(_ hash: CredentialHash, at now: Date, on transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.first(
            """
            UPDATE enrollment_codes SET used_at = \(now)
            WHERE code_hash = \(hash.bytes) AND used_at IS NULL AND expires_at > \(now) RETURNING device_id
            """) != nil
    }

    func gateways(of userID: String, at now: Date, on transaction: PostgresTransaction) async throws -> JSONValue {
        let row = try await transaction.first(
            """
            SELECT user_gateways(\(now), \(userID))::text AS gateways
            """)
        guard let row else { return .array([]) }
        return try JSONReader.value(of: Array(try row.decode("gateways", as: String.self).utf8))
    }
}
