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

    func create(_ draft: RegionDraft, on transaction: PostgresTransaction) async throws -> Region {
        do {
            let rows = try await transaction.query(
                "INSERT INTO regions (code, name) VALUES (\(draft.code), \(draft.name)) RETURNING \(Self.columns)")
            return try rows.onlyRow(Region.init)
        } catch let error as PostgresError where error.constraint == "regions_code_taken" {
            throw ProblemError(.regionCodeTaken, "Another region has this code.", cause: error)
        }
    }

    func listing() -> Listing { Listing("SELECT \(Self.columns) FROM regions WHERE deleted_at IS NULL") }
}

extension RegionStore {
    func check(
        _ code: String?, _ reader: inout MemberReader, on transaction: PostgresTransaction
    ) async throws {
        guard let code else { return }
        if try await !known(among: [code], on: transaction).contains(code) { reader.unknownReference("region") }
    }
}
