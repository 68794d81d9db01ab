import Foundation
import HTTVPSPostgres

struct RegionStore: Sendable {
    private static let columns: SQLQuery = "code AS id, revision, name, created_at, updated_at"

    func find(_ code: String, on executor: some PostgresExecutor) async throws -> Region? {
        try await executor.first("SELECT \(Self.columns) FROM regions WHERE code = \(code) AND deleted_at IS NULL")
            .map(Region.init)
    }

    func known(among codes: [String], on transaction: PostgresTransaction) async throws -> Set<String> {
        let rows = try await transaction.query(
            "SELECT code FROM regions WHERE code = ANY (\(codes)) AND deleted_at IS NULL ORDER BY code FOR SHARE")
        return Set(try rows.map { try $0.decode("code") })
    }

    func lock(_ code: String, on transaction: PostgresTransaction) async throws -> Region? {
        try await transaction.first(
            "SELECT \(Self.columns) FROM regions WHERE code = \(code) AND deleted_at IS NULL FOR UPDATE"
        ).map(Region.init)
    }

    func isInUse(_ code: String, on transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.first(
            """
            SELECT 1 FROM outline_nodes WHERE region = \(code) AND deleted_at IS NULL
            UNION ALL SELECT 1 FROM gateway_nodes WHERE region = \(code) AND deleted_at IS NULL
            UNION ALL SELECT 1 FROM plans WHERE \(code) = ANY (regions) AND deleted_at IS NULL
            LIMIT 1
            """) != nil
    }

    func update(
        _ code: String, _ submission: Submission, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Region {
        try await transaction.query(
            """
            UPDATE regions SET name = \(submission.text("name")), revision = revision + 1, updated_at = \(now)
            WHERE code = \(code) AND deleted_at IS NULL RETURNING \(Self.columns)
            """
        ).onlyRow(Region.init)
    }

    func remove(_ code: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("regions", where: "code = \(code) AND deleted_at IS NULL", at: now)
    }

    func create(_ submission: Submission, at now: Date, on transaction: PostgresTransaction) async throws -> Region {
        do {
            let rows = try await transaction.query(
                """
                INSERT INTO regions (code, name, created_at, updated_at)
                VALUES (\(submission.text("code")), \(submission.text("name")), \(now), \(now))
                RETURNING \(Self.columns)
                """)
            return try rows.onlyRow(Region.init)
        } catch let error as PostgresError where error.constraint == "regions_code_taken" {
            throw ProblemError(.regionCodeTaken, "Another region has this code.", cause: error)
        }
    }

    func listing() -> Listing { Listing("SELECT \(Self.columns) FROM regions WHERE deleted_at IS NULL") }
}

extension RegionStore {
    func check(
        _ submission: inout Submission, on transaction: PostgresTransaction
    ) async throws {
        guard let code = submission.text("region") else { return }
        if try await !known(among: [code], on: transaction).contains(code) { submission.unknownReference("region") }
    }
}
