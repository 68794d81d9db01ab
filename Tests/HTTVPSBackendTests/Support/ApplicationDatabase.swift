import HTTVPSPostgres
import HTTVPSTestSupport

@testable import HTTVPSBackend

enum ApplicationDatabase {
    static let role = "httvps_app"

    static func run<Value: Sendable>(
        maximumConnections: Int, _ body: (PostgresPool, TestDatabase) async throws -> Value
    ) async throws -> Value {
        try await withDatabase { database in
            try await database.withPool(maximumConnections: 1) { owner in
                try await ApplicationRole(name: role).grant(on: owner)
            }
            return try await database.withPool(
                maximumConnections: maximumConnections,
                adjusting: {
                    $0.role = role
                    $0.waitLong()
                }
            ) { pool in try await body(pool, database) }
        }
    }
}
