package import Foundation
package import HTTVPSPostgres

package struct ApiTokenIssuer: Sendable {
    private let pool: PostgresPool
    private let hasher: CredentialHasher
    private let audit: AuditLog

    package init(pool: PostgresPool, keys: KeyRing) {
        self.pool = pool
        hasher = CredentialHasher(keys: keys)
        audit = AuditLog(keys: keys)
    }

    package static func isName(_ name: String) -> Bool {
        (1...200).contains(name.unicodeScalars.count) && !name.hasControlCharacters
    }

    package func create(name: String, role: Role, days: Int, at moment: Date) async throws -> String {
        let token = OpaqueToken(.apiToken)
        let id = Identifier.make(.apiToken, at: moment)
        let expiry = moment.addingTimeInterval(Double(days) * 86_400)
        let event = AuditEvent(
            action: .create(.apiToken), objectKind: .apiToken, objectID: id,
            after: JSONObject([
                ("id", .string(id)), ("name", .string(name)), ("role", .string(role.rawValue)),
                ("expires_at", .time(expiry)), ("token", "***"),
            ]))
        try await pool.transaction { transaction in
            _ = try await transaction.execute(
                """
                INSERT INTO api_tokens (id, name, role, token_hash, expires_at, created_at, updated_at)
                VALUES (\(id), \(name), \(role), \(hasher.hash(token).bytes), \(expiry), \(moment), \(moment))
                """)
            try await audit.write(event, from: AuditOrigin(commandLineAt: moment), on: transaction)
        }
        return token.text
    }
}
