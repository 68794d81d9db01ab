import HTTVPSObservability
import HTTVPSPostgres

enum DatabaseMetrics {
    static func register(_ pool: PostgresPool, on registry: PrometheusRegistry) {
        registry.gauge("httvps_backend_db_connections_idle", help: "Pooled connections that wait for work.") {
            Double(pool.counts.idle)
        }
        registry.gauge("httvps_backend_db_connections_busy", help: "Pooled connections at work.") {
            Double(pool.counts.busy)
        }
        registry.gauge("httvps_backend_db_waiting", help: "Queries that wait for a connection.") {
            Double(pool.counts.waiting)
        }
    }
}
