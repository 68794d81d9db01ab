import HTTVPSObservability
package import HTTVPSPostgres

package final class DatabaseMeter: PostgresPoolObserver {
    enum ConnectionEvent: String, CaseIterable {
        case opened
        case lost
    }

    let waits = Histogram()
    let queries = Histogram()
    let errors = MetricVector(labels: ["code"]) { Counter() }
    let refusals = MetricVector(labels: ["code"]) { Counter() }
    let connections = MetricVector(labels: ["event"]) { Counter() }

    package init() {
        for event in ConnectionEvent.allCases { _ = connections.with(event.rawValue) }
        for code in [PostgresError.Code.databaseUnavailable, .timeout, .queryFailed] {
            _ = errors.with(code.rawValue)
        }
        _ = refusals.with(PostgresError.Code.databaseUnavailable.rawValue)
    }

    package func connectionAcquired(after wait: Duration) { waits.observe(wait) }

    package func connectionRefused(_ error: PostgresError) { refusals.with(error.code.rawValue).increment() }

    package func queryFinished(after duration: Duration, error: PostgresError?) {
        queries.observe(duration)
        if let error { errors.with(error.code.rawValue).increment() }
    }

    package func connectionOpened() { connections.with(ConnectionEvent.opened.rawValue).increment() }

    package func connectionLost(_ error: PostgresError) {
        connections.with(ConnectionEvent.lost.rawValue).increment()
    }
}
