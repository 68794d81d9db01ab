package import HTTVPSPostgres
package import Logging

package struct TestDatabase: Sendable {
    package let name: String
    package let dsn: String
    package let cluster: PostgresCluster

    package init(name: String, cluster: PostgresCluster) {
        self.name = name
        self.cluster = cluster
        dsn = cluster.dsn(database: name)
    }

    package func pool(
        maximumConnections: Int = 4, adjusting adjust: (inout PostgresConfiguration) -> Void = { _ in }
    ) throws -> PostgresPool {
        var configuration = PostgresConfiguration(dsn: try PostgresDSN(dsn))
        configuration.maximumConnections = maximumConnections
        adjust(&configuration)
        return try PostgresPool(configuration: configuration, logger: .quiet)
    }

    package func withPool<Value: Sendable>(
        maximumConnections: Int = 4, adjusting adjust: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        try await pool(maximumConnections: maximumConnections, adjusting: adjust).whileOpen(body)
    }
}

package func withDatabase<Value: Sendable>(
    migrated: Bool = true, _ body: (TestDatabase) async throws -> Value
) async throws -> Value {
    let database = try await PostgresFixture.shared.database(migrated: migrated)
    do {
        let value = try await body(database)
        try await database.cluster.dropDatabase(database.name)
        return value
    } catch {
        try? await database.cluster.dropDatabase(database.name)
        throw error
    }
}

package func withPool<Value: Sendable>(
    migrated: Bool = true, maximumConnections: Int = 4,
    adjusting adjust: (inout PostgresConfiguration) -> Void = { _ in }, _ body: (PostgresPool) async throws -> Value
) async throws -> Value {
    try await withDatabase(migrated: migrated) { database in
        try await database.withPool(maximumConnections: maximumConnections, adjusting: adjust, body)
    }
}

extension Logger {
    package static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
