import HTTVPSObservability
package import HTTVPSPostgres
package import Logging

package struct BackendDatabase: Sendable {
    package let pool: PostgresPool
    package let cluster: PostgresCluster?
    let meter: DatabaseMeter

    package init(pool: PostgresPool, cluster: PostgresCluster?, meter: DatabaseMeter = DatabaseMeter()) {
        self.pool = pool
        self.cluster = cluster
        self.meter = meter
    }

    package enum Access: Sendable {
        case application
        case owner
    }

    package static func open(
        _ configuration: BackendConfiguration, as access: Access = .application, joiningRunningCluster: Bool = false,
        logger: Logger
    ) async throws -> BackendDatabase {
        let meter = DatabaseMeter()
        switch configuration.database {
        case .server(let dsn):
            let address = access == .owner ? configuration.migrationDSN ?? dsn : dsn
            let pool = try pool(address.reveal(), configuration, access, meter, logger)
            return BackendDatabase(pool: pool, cluster: nil, meter: meter)
        case .ownCluster(let folder):
            let cluster = try PostgresCluster(
                configuration: PostgresClusterConfiguration(folder: folder), logger: logger)
            if joiningRunningCluster, try await cluster.joinsRunning() {
                let pool = try pool(cluster.dsn(), configuration, access, meter, logger)
                return BackendDatabase(pool: pool, cluster: nil, meter: meter)
            }
            try await cluster.start()
            if access == .application { try await migrate(cluster, configuration, logger) }
            let pool = try pool(cluster.dsn(), configuration, access, meter, logger)
            return BackendDatabase(pool: pool, cluster: cluster, meter: meter)
        }
    }

    package func close() async {
        await pool.shutdown()
        await cluster?.stop()
    }

    private static func migrate(
        _ cluster: PostgresCluster, _ configuration: BackendConfiguration, _ logger: Logger
    ) async throws {
        let owner = try pool(cluster.dsn(), configuration, .owner, DatabaseMeter(), logger)
        do {
            let migrations = try MigrationFolder(path: configuration.migrationsPath).load()
            _ = try await SchemaUpgrade(
                configuration: configuration, pool: owner, migrations: migrations, logger: logger
            )
            .run()
        } catch {
            await owner.shutdown()
            await cluster.stop()
            throw error
        }
        await owner.shutdown()
    }

    private static func pool(
        _ dsn: String, _ configuration: BackendConfiguration, _ access: Access, _ meter: DatabaseMeter,
        _ logger: Logger
    ) throws -> PostgresPool {
        var settings = PostgresConfiguration(dsn: try PostgresDSN(dsn))
        settings.maximumConnections = configuration.poolSize
        settings.applicationName = "httvps-backend"
        settings.role = access == .application ? configuration.applicationRole : nil
        settings.waitTimeout = .seconds(2)
        settings.statementTimeout = .seconds(3)
        return try PostgresPool(configuration: settings, logger: logger, observer: meter)
    }
}
