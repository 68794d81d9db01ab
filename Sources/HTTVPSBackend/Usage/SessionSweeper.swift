import Foundation
import HTTVPSPostgres
import Logging
import ServiceLifecycle

struct SessionSweeper: Service {
    let pool: PostgresPool
    let interval: Duration
    let now: @Sendable () -> Date
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await pool.query("SELECT sweep_sessions(\(now()))")
                } catch {
                    logger.debug("sessions were not swept", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
