import Foundation
import HTTVPSPostgres

extension PostgresExecutor {
    func markDeleted(_ table: SQLQuery, where condition: SQLQuery, at now: Date) async throws {
        try await execute(
            """
            UPDATE \(table) SET deleted_at = \(now), updated_at = \(now), revision = revision + 1 WHERE \(condition)
            """)
    }
}
