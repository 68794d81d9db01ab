import HTTVPSObservability
package import HTTVPSPostgres
package import Logging

package struct BackendDatabase: Sendable {
    package let pool: PostgresPool
    package let cluster: PostgresCluster?

    package init(pool: PostgresPool, cluster: PostgresCluster?) {
        self.pool = pool
        self.cluster = cluster
    }

    package static func open(
        _ configuration: BackendConfiguration, joiningRunningCluster: Bool = false, logger: Logger
    ) async throws -> BackendDatabase {
        switch configuration.database {
        case .server(let dsn):
            return BackendDatabase(pool: try pool(dsn.reveal(), configuration, logger), cluster: nil)
        case .ownCluster(let folder):
            let cluster = try PostgresCluster(
                configuration: PostgresClusterConfiguration(folder: folder), logger: logger)
            if joiningRunningCluster, try await cluster.joinsRunning() {
                return BackendDatabase(pool: try pool(cluster.dsn(), configuration, logger), cluster: nil)
            }
            try await cluster.start()
            return BackendDatabase(pool: try pool(cluster.dsn(), configuration, logger), cluster: cluster)
        }
    }

    package func close() async {
        await pool.shutdown()
        await cluster?.stop()
    }

    private static func pool(
        _ dsn: String, _ configuration: BackendConfiguration, _ logger: Logger
    ) throws -> PostgresPool {
        var settings = PostgresConfiguration(dsn: try PostgresDSN(dsn))
        settings.maximumConnections = configuration.poolSize
        settings.applicationName = "httvps-backend"
        settings.waitTimeout = .seconds(2)
        settings.statementTimeout = .seconds(3)
        return try PostgresPool(configuration: settings, logger: logger)
    }
}
