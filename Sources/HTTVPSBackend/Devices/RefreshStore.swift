import Foundation
import HTTVPSPostgres

struct RefreshStore: Sendable {
    struct Refreshed: Sendable {
        var deviceID: String
        var rotation: RefreshRotation
        var gateways: JSONValue
    }

    let pool: PostgresPool
    let hasher: CredentialHasher
    let secrets: RefreshSecrets

    func refresh(_ token: OpaqueToken, at now: Date) async throws -> Refreshed {
        let issue = secrets.newIssue(at: now)
        let successor = hasher.hash(try secrets.successor(of: token, issue: issue))
        let row = try await pool.retryingSerializationFailures {
            try await pool.first(
                """
                SELECT * FROM refresh_device(\(now), \(hasher.hash(token).bytes), \(issue), \(successor.bytes))
                """)
        }
        guard let row else { throw ProblemError.invalidRefreshToken }
        switch try row.decode("refusal", as: String?.self) {
        case nil: break
        case "device_blocked":
            throw ProblemError(.deviceBlocked, "The device or its user is blocked; the token stays good.")
        default: throw ProblemError.invalidRefreshToken
        }
        return Refreshed(
            deviceID: try row.decode("device_id"),
            rotation: RefreshRotation(
                family: try row.decode("family_id"), issue: try row.decode("issue"),
                issuedAt: try row.decode("issued_at")),
            gateways: try JSONReader.value(of: Array(try row.decode("gateways", as: String.self).utf8)))
    }

    func revoke(_ token: OpaqueToken, at now: Date) async throws {
        _ = try await pool.query(
            """
            SELECT revoke_refresh_family(\(now), family_id, 'logout') FROM refresh_tokens
            WHERE token_hash = \(hasher.hash(token).bytes)
            """)
    }
}

extension ProblemError {
    static let invalidRefreshToken = ProblemError(
        .invalidToken, "The refresh token is unknown, spent or revoked; the device has to enrol again.")
}
