package import HTTVPSPostgres
package import Logging

package struct SchemaUpgrade: Sendable {
    package struct Outcome: Sendable {
        package var applied: [Migration]
        package var warning: String?
    }

    private let configuration: BackendConfiguration
    private let pool: PostgresPool
    private let migrator: Migrator

    package init(
        configuration: BackendConfiguration, pool: PostgresPool, migrations: [Migration], logger: Logger
    ) {
        self.configuration = configuration
        self.pool = pool
        migrator = Migrator(pool: pool, migrations: migrations, logger: logger)
    }

    package func run() async throws -> Outcome {
        let applied = try await migrator.up()
        do {
            try await ApplicationRole(name: configuration.applicationRole).grant(on: pool)
            return Outcome(applied: applied)
        } catch let error as PostgresError where error.sqlState == "42501" && configuration.migrationDSN == nil {
            return Outcome(applied: applied, warning: warning(error))
        } catch let error as PostgresError where error.sqlState == "42501" {
            throw MigrationError(.failed, warning(error), cause: error)
        }
    }

    private func warning(_ error: PostgresError) -> String {
        let role = configuration.applicationRole
        return """
            the role \(role) could not be given its rights (\(error.message)): let an account that may do so run \
            CREATE ROLE \(role); GRANT \(role) TO the account that migrates; then run httvps-backend migrate up again
            """
    }
}
