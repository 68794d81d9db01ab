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

    func lock(_ id: String, on transaction: PostgresTransaction) async throws -> Plan? {
        try await transaction.first(
            "SELECT \(Self.columns) FROM plans WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
        ).map(Plan.init)
    }

    func isInUse(_ id: String, on transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.first(
            "SELECT 1 FROM subscriptions WHERE plan_id = \(id) AND deleted_at IS NULL LIMIT 1") != nil
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("plans", where: "id = \(id)", at: now)
    }

    func update(
        _ id: String, _ new: Submission, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Plan {
        try await transaction.query(
            """
            UPDATE plans SET name = \(new.text("name")), period = \(new.text("period")),
                max_devices = \(new.integer("max_devices")), max_sessions = \(new.integer("max_sessions")),
                max_streams = \(new.integer("max_streams")), traffic_limit_bytes = \(new.integer("traffic_limit_bytes")),
                rate_bytes_per_sec = \(new.integer("rate_bytes_per_sec")), regions = \(new.texts("regions")),
                price_micros = \(new.integer("price_micros")), currency = \(new.text("currency")),
                status = \(new.text("status")), revision = revision + 1, updated_at = \(now)
            WHERE id = \(id) RETURNING \(Self.columns)
            """
        ).onlyRow(Plan.init)
    }

    func create(_ new: Submission, at now: Date, on transaction: PostgresTransaction) async throws -> Plan {
        let id = Identifier.make(.plan, at: now)
        do {
            let rows = try await transaction.query(
                """
                INSERT INTO plans (id, code, name, period, max_devices, max_sessions, max_streams, traffic_limit_bytes,
                    rate_bytes_per_sec, regions, price_micros, currency, created_at, updated_at)
                VALUES (\(id), \(new.text("code")), \(new.text("name")), \(new.text("period")),
                    \(new.integer("max_devices")), \(new.integer("max_sessions")), \(new.integer("max_streams")),
                    \(new.integer("traffic_limit_bytes")), \(new.integer("rate_bytes_per_sec")),
                    \(new.texts("regions")), \(new.integer("price_micros")), \(new.text("currency")), \(now), \(now))
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
