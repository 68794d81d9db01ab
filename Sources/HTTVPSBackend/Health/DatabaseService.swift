import HTTVPSPostgres
import ServiceLifecycle

struct DatabaseService: Service {
    let pool: PostgresPool
    let cluster: PostgresCluster?

    func run() async throws {
        try? await gracefulShutdown()
        await pool.shutdown()
        await cluster?.stop()
    }
}
