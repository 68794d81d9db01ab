import HTTVPSConfiguration
import HTTVPSObservability
import Logging
import ServiceLifecycle
import UnixSignals

struct ConfigurationReloader: Service, CustomStringConvertible {
    var description: String { "ConfigurationReloader" }

    let settings: LiveSettings
    let load: (@Sendable () -> GatewayReload.Outcome)?
    let certificates: CertificateReloader
    let metrics: GatewayMetrics
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                reload()
                await certificates.reload()
            }
        }
    }

    func reload() {
        switch load?() {
        case .success(let configuration):
            metrics.configurationReloads[.reloaded].increment()
            report(settings.replace(with: configuration))
        case .failure(let error):
            metrics.configurationReloads[.failed].increment()
            for fault in error.faults {
                logger.error(
                    "a setting has a fault; nothing was changed",
                    metadata: .fields([.code: .string(fault.key), .error: .string(fault.description)]))
            }
        case nil: break
        }
    }

    private func report(_ change: LiveSettings.Change) {
        logger.notice(
            "the configuration was read again",
            metadata: .fields([
                .count: .number(change.applied.count), .reason: .string(change.applied.joined(separator: " ")),
            ]))
        guard !change.needingRestart.isEmpty else { return }
        logger.warning(
            "settings have changed that need a restart",
            metadata: .fields([.reason: .string(change.needingRestart.joined(separator: " "))]))
    }
}
