import Foundation
import HTTVPSPostgres

struct PlanStore: Sendable {
    private static let columns: SQLQuery = """
        id, revision, status, code, name, period, max_devices, max_sessions, max_streams, traffic_limit_bytes,
        rate_bytes_per_sec, regions, price_micros, currency, created_at, updated_at
        """

    func find(_ id: String, on executor: some PostgresExecutor) async throws -> Plan? {
        try await executor.first("SELECT \(Self.columns) FROM plans WHERE id = \(id) AND deleted_at IS NULL").map(
            Plan.init)
    }

    func isOffered(_ id: String, on transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.first(
            "SELECT id FROM plans WHERE id = \(id) AND deleted_at IS NULL AND status = 'active' FOR SHARE") != nil
    }

    func create(_ terms: PlanTerms, at now: Date, on transaction: PostgresTransaction) async throws -> Plan {
        let id = Identifier.make(.plan, at: now)
        do {
            let rows = try await transaction.query(
                """
                INSERT INTO plans (id, code, name, period, max_devices, max_sessions, max_streams, traffic_limit_bytes,
                    rate_bytes_per_sec, regions, price_micros, currency)
                VALUES (\(id), \(terms.code), \(terms.name), \(terms.period), \(terms.maxDevices), \(terms.maxSessions),
                    \(terms.maxStreams), \(terms.trafficLimitBytes), \(terms.rateBytesPerSecond), \(terms.regions),
                    \(terms.priceMicros), \(terms.currency))
                RETURNING \(Self.columns)
                """)
            return try rows.onlyRow(Plan.init)
        } catch let error as PostgresError where error.constraint == "plans_code_taken" {
            throw ProblemError(.planCodeTaken, "Another plan has this code.", cause: error)
        }
    }

    func listing(_ query: Query) -> Listing {
        var listing = Listing("SELECT \(Self.columns) FROM plans WHERE deleted_at IS NULL")
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let code = query["code"] { listing.conditions.append("code = \(code)") }
        return listing
    }
}
