import Foundation
package import HTTVPSObservability
import HTTVPSPostgres
package import Logging

package struct DatabaseRestore: Sendable {
    package enum Goal: Equatable, Sendable {
        case verify
        case keep(database: String)
    }

    private let configuration: BackendConfiguration
    private let server: PostgresDSN
    private let logger: Logger

    package init(_ configuration: BackendConfiguration, logger: Logger) throws {
        guard case .server(let dsn) = configuration.database else {
            throw RestoreError("BACKEND_DB_DSN or BACKEND_MIGRATION_DSN must name the server to restore on")
        }
        self.configuration = configuration
        self.logger = logger
        server = try PostgresDSN((configuration.migrationDSN ?? dsn).reveal())
    }

    package func run(file: String, goal: Goal) async throws -> DiagnosisReport {
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw RestoreError("\(file) is not there or cannot be read")
        }
        let tool = try PostgresTool("pg_restore")
        let name = Self.name(for: goal)
        try await create(name)
        do {
            let report = try await fill(name, from: file, by: tool)
            if goal == .verify || !report.isWell { try await drop(name) }
            return report
        } catch {
            try await drop(name)
            throw error
        }
    }

    private static func name(for goal: Goal) -> String {
        if case .keep(let database) = goal { return database }
        return "httvps_verify_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
    }

    private func fill(_ name: String, from file: String, by tool: PostgresTool) async throws -> DiagnosisReport {
        let place = try server.replacing(database: name)
        do {
            try await tool.run(
                ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--dbname=\(name)", file],
                on: place)
        } catch let error as PostgresTool.Failure {
            return DiagnosisReport([
                .fail("dump", error.description, "Take another dump: pg_dump --format=custom.")
            ])
        }
        return try await withPool(place) { pool in
            await RestoredDatabase(pool: pool, configuration: configuration, logger: logger).examine()
        }
    }

    private func create(_ name: String) async throws {
        try await withPool(server) { pool in
            let known = try await pool.first("SELECT 1 AS one FROM pg_database WHERE datname = \(name)")
            guard known == nil else {
                throw RestoreError("the database \(name) exists already: name one that does not")
            }
            _ = try await pool.execute("CREATE DATABASE \(unsafe: SQLIdentifier.quoted(name)) TEMPLATE template0")
        }
    }

    private func drop(_ name: String) async throws {
        try await withPool(server) { pool in
            _ = try await pool.execute("DROP DATABASE IF EXISTS \(unsafe: SQLIdentifier.quoted(name)) WITH (FORCE)")
        }
    }

    private func withPool<Value: Sendable>(
        _ dsn: PostgresDSN, _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = PostgresConfiguration(dsn: dsn)
        settings.maximumConnections = 2
        settings.applicationName = "httvps-backend restore"
        settings.statementTimeout = .seconds(600)
        return try await PostgresPool(configuration: settings, logger: logger).whileOpen(body)
    }
}
