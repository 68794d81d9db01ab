import HTTVPSObservability
import HTTVPSTestSupport
import Logging

@testable import HTTVPSBackend

extension World {
    func fleetPage() async throws -> String {
        let registry = PrometheusRegistry()
        let metrics = FleetMetrics(registry: registry, now: core.now)
        await FleetSurveyor(
            store: FleetStore(pool: pool), migrator: core.migrator, interval: .seconds(5), now: core.now,
            metrics: metrics, logger: .quiet
        ).survey()
        return PrometheusText.render(registry)
    }
}
