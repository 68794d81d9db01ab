import Foundation
import HTTVPSConfiguration
import Logging
import ServiceLifecycle
import UnixSignals

enum Signals {
    private static let patience = Duration.seconds(3)

    static func obeyed(by services: ServiceGroup, logger: Logger) async throws {
        let run = Task { try await services.run() }
        let listening = Task {
            var isDraining = false
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                if isDraining { await end(run, logger) }
                isDraining = true
                await services.triggerGracefulShutdown()
            }
        }
        defer { listening.cancel() }
        do {
            try await run.value
        } catch {
            if !run.isCancelled { throw error }
        }
    }

    private static func end(_ run: Task<Void, any Error>, _ logger: Logger) async {
        logger.warning("a second signal: the gateway ends at once")
        run.cancel()
        try? await Task.sleep(for: patience)
        exit(ExitStatus.success)
    }
}
