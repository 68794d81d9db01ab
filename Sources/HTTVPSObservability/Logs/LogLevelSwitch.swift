package import Logging
import ServiceLifecycle
import UnixSignals

package struct LogLevelSwitch: Service, CustomStringConvertible {
    package var description: String { "LogLevelSwitch" }

    private let threshold: LogThreshold
    private let logger: Logger

    package init(threshold: LogThreshold, logger: Logger) {
        self.threshold = threshold
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sigusr1) {
                threshold.toggleDebug()
                logger.notice(
                    "the log level has changed", metadata: .fields([.state: .string(threshold.level.rawValue)]))
            }
        }
    }
}
