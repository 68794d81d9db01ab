import Foundation
package import HTTVPSPostgres
import Logging

package actor PostgresFixture {
    package static let shared = PostgresFixture()

    package static let migrationsPath = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("migrations").path

    private var running: Task<PostgresCluster, any Error>?
    private var template: Task<String, any Error>?

    package func cluster() async throws -> PostgresCluster {
        if let running { return try await running.value }
        let task = Task {
            let folder = "/tmp/httvps-test-\(ProcessInfo.processInfo.processIdentifier)"
            return try await Self.startCluster(folder: folder)
        }
        running = task
        return try await task.value
    }

    package func database(migrated: Bool = true) async throws -> TestDatabase {
        let cluster = try await cluster()
        let template = migrated ? try await migratedTemplate() : "template1"
        let name = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        try await cluster.createDatabase(name, template: template)
        return TestDatabase(name: name, cluster: cluster)
    }

    package static func startCluster(folder: String) async throws -> PostgresCluster {
        var configuration = PostgresClusterConfiguration(folder: folder)
        configuration.isDurable = false
        configuration.isDiscardedAtEnd = true
        configuration.settings = ["max_connections": "300", "shared_buffers": "64MB", "autovacuum": "off"]
        let cluster = try PostgresCluster(configuration: configuration, logger: .quiet)
        try await cluster.start()
        return cluster
    }

    private func migratedTemplate() async throws -> String {
        if let template { return try await template.value }
        let task = Task {
            let cluster = try await cluster()
            let name = "migrated"
            try await cluster.createDatabase(name)
            let database = TestDatabase(name: name, cluster: cluster)
            let migrations = try MigrationFolder(path: Self.migrationsPath).load()
            try await database.withPool { pool in
                _ = try await Migrator(pool: pool, migrations: migrations, logger: .quiet).up()
            }
            return name
        }
        template = task
        return try await task.value
    }
}
