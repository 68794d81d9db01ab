import Foundation
import HTTVPSPostgres

struct UsageStore: Sendable {
    struct Settlement: Sendable {
        var revoke: JSONValue
        var leases: JSONValue
    }

    let pool: PostgresPool

    func ledger(
        epoch: String, sessions: [String], gatewayID: String, credential: CredentialHash, at moment: Date,
        on transaction: PostgresTransaction
    ) async throws -> (known: Set<String>, ledger: UsageLedger) {
        let rows = try await transaction.query(
            """
            SELECT * FROM usage_standing(
                \(moment), \(gatewayID), \(credential.bytes), \(epoch), \(sessions))
            """)
        var known: Set<String> = []
        var marks: [String: UsageMark] = [:]
        for row in rows {
            let id: String = try row.decode("session_id")
            known.insert(id)
            guard let sequence: Int64 = try row.decode("seq", as: Int64?.self) else { continue }
            marks[id] = UsageMark(
                sequence: sequence, bytesUp: try row.decode("bytes_up"), bytesDown: try row.decode("bytes_down"),
                streamsOpened: try row.decode("streams_opened"))
        }
        return (known, UsageLedger(sessions: known, marks: marks))
    }

    func settle(
        epoch: String, named: [String], advances: [UsageAdvance], gatewayID: String, at moment: Date,
        on transaction: PostgresTransaction
    ) async throws -> Settlement {
        let counted = JSONWriter.text(of: .array(advances.map(\.json)))
        let row = try await transaction.first(
            """
            SELECT * FROM settle_usage(\(moment), \(gatewayID), \(epoch), \(named), \(counted)::jsonb)
            """)
        return Settlement(revoke: try Self.list(row, "revoke"), leases: try Self.list(row, "leases"))
    }

    private static func list(_ row: PostgresRow?, _ column: String) throws -> JSONValue {
        let text: String = try row?.decode(column) ?? "[]"
        return try JSONReader.value(of: Array(text.utf8))
    }
}
