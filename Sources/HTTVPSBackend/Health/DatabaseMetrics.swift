import HTTVPSObservability
import HTTVPSPostgres

enum DatabaseMetrics {
    static func register(_ database: BackendDatabase, capacity: Int, on registry: PrometheusRegistry) {
        let pool = database.pool
        registry.gauge("httvps_backend_db_connections_max", help: "Connections that the pool may open.") {
            Double(capacity)
        }
        registry.gauge("httvps_backend_db_connections_idle", help: "Pooled connections that wait for work.") {
            Double(pool.counts.idle)
        }
        registry.gauge("httvps_backend_db_connections_busy", help: "Pooled connections at work.") {
            Double(pool.counts.busy)
        }
        registry.gauge("httvps_backend_db_waiting", help: "Queries that wait for a connection.") {
            Double(pool.counts.waiting)
        }
        register(database.meter, on: registry)
    }

    private static func register(_ meter: DatabaseMeter, on registry: PrometheusRegistry) {
        registry.expose(
            meter.waits, as: "httvps_backend_db_wait_seconds", help: "Time that queries waited for a connection.")
        registry.expose(
            meter.queries, as: "httvps_backend_db_query_seconds", help: "Time that statements took in the database.")
        registry.expose(
            meter.errors, as: "httvps_backend_db_query_errors_total", help: "Statements that failed, by code.")
        registry.expose(
            meter.refusals, as: "httvps_backend_db_refusals_total",
            help: "Queries that got no connection of the pool, by code.")
        registry.expose(
            meter.connections, as: "httvps_backend_db_connection_events_total",
            help: "Connections to the database that were opened or lost.")
    }
}
