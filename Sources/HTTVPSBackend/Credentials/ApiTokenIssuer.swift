package import Foundation
package import HTTVPSObservability
package import HTTVPSPostgres

package struct ApiTokenIssuer: Sendable {
    private let pool: PostgresPool
    private let hasher: CredentialHasher

    package init(pool: PostgresPool, secret: Secret) {
        self.pool = pool
        hasher = CredentialHasher(keys: KeyRing(secret: secret))
    }

    package static func isName(_ name: String) -> Bool {
        (1...200).contains(name.unicodeScalars.count) && !name.hasControlCharacters
    }

    package func create(name: String, role: Role, days: Int, at moment: Date) async throws -> String {
        let token = OpaqueToken(.apiToken)
        let id = Identifier.make(.apiToken, at: moment)
        let expiry = moment.addingTimeInterval(Double(days) * 86_400)
        let after = JSONWriter.text(of: [
            "id": .string(id), "name": .string(name), "role": .string(role.rawValue), "expires_at": .time(expiry),
            "token": "***",
        ])
        try await pool.transaction { transaction in
            _ = try await transaction.execute(
                """
                INSERT INTO api_tokens (id, name, role, token_hash, expires_at, created_at, updated_at)
                VALUES (\(id), \(name), \(role), \(hasher.hash(token).bytes), \(expiry), \(moment), \(moment))
                """)
            _ = try await transaction.execute(
                """
                INSERT INTO audit_events (id, actor_kind, action, object_kind, object_id, after, created_at)
                VALUES (\(Identifier.make(.auditEvent, at: moment)), 'cli', 'api_token.create', 'api_token', \(id),
                    \(after)::jsonb, \(moment))
                """)
        }
        return token.text
    }
}
