import ArgumentParser
import HTTVPSBackend
import Logging
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer requests until SIGTERM or SIGINT.",
        discussion: """
            Listens on BACKEND_HOST:BACKEND_PORT, and with metrics on BACKEND_METRICS_ADDR. Refuses to start when the \
            database is not migrated. On SIGTERM /readyz says "draining" for BACKEND_DRAIN_DELAY, then requests \
            under way are finished. SIGHUP reads BACKEND_LOG_LEVEL again, SIGUSR1 turns the log level debug on and off.
            """)

    func run() async throws {
        try await CommandRun.perform { configuration, logger, threshold in
            let database = try await BackendDatabase.open(configuration, logger: logger)
            do {
                let backend = try await Backend(configuration: configuration, database: database, logger: logger)
                try await backend.prepare()
                try await backend.run(
                    signals: [.sigterm, .sigint],
                    reload: BackendReload(threshold: threshold, load: CommandRun.configuration))
            } catch {
                await database.close()
                throw error
            }
        }
    }
}
