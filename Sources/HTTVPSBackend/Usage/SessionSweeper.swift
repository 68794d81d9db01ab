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
                    metrics.sweeps[.swept].increment()
                    metrics.sweptAt.set(Int64(now().timeIntervalSince1970))
                } catch {
                    metrics.sweeps[.failed].increment()
                    logger.debug("sessions were not swept", metadata: .fields([.error: .string("\(error)")]))
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
