import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import Logging
import ServiceLifecycle

struct FleetSurveyor: Service {
    let store: FleetStore
    let migrator: Migrator
    let interval: Duration
    let now: @Sendable () -> Date
    let metrics: FleetMetrics
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await survey()
                try? await Task.sleep(for: interval)
            }
        }
    }

    func survey() async {
        var survey = FleetMetrics.Survey()
        do {
            survey.migrations = try await plan()
            survey.isDatabaseUp = true
            survey.nodes = try await store.nodes(at: now())
            survey.backlog = try await store.backlog()
            survey.takenAt = now()
        } catch {
            logger.debug("the fleet was not surveyed", metadata: .fields([.error: .string("\(error)")]))
        }
        if !Task.isCancelled { metrics.show(survey) }
    }

    private func plan() async throws(MigrationError) -> MigrationPlan? {
        do {
            return try await migrator.plan()
        } catch {
            guard error.code != .databaseUnavailable else { throw error }
            return nil
        }
    }
}
