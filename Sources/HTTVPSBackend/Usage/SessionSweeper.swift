import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import Logging
import ServiceLifecycle

struct SessionSweeper: Service {
    let pool: PostgresPool
    let interval: Duration
    let now: @Sendable () -> Date
    let metrics: SweepMetrics
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await pool.query("SELECT sweep_sessions(\(now()))")
                    let live = try await pool.first("SELECT count(*) AS live FROM sessions WHERE ended_at IS NULL")
                    metrics.sessions.set(try live?.decode("live") ?? 0)
                } catch {
                    logger.debug("sessions were not swept", metadata: .fields([.error: .string("\(error)")]))
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
