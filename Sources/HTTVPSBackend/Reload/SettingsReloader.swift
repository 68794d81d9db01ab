import HTTVPSConfiguration
import HTTVPSObservability
import Logging
import ServiceLifecycle
import UnixSignals

struct SettingsReloader: Service, CustomStringConvertible {
    var description: String { "SettingsReloader" }

    let reload: BackendReload
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { apply() }
        }
    }

    func apply() {
        do {
            reload.threshold.set(try reload.load().logLevel)
            logger.notice(
                "the log level was read again",
                metadata: .fields([.state: .string(reload.threshold.level.rawValue)]))
        } catch let error as ConfigurationError {
            for fault in error.faults {
                logger.error(
                    "a setting has a fault; nothing was changed",
                    metadata: .fields([.code: .string(fault.key), .error: .string(fault.description)]))
            }
        } catch {
            logger.error("the settings cannot be read", metadata: .fields([.error: .string("\(error)")]))
        }
    }
}
