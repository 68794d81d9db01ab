import ArgumentParser
import HTTVPSConfiguration
import HTTVPSGateway
import HTTVPSObservability
import Logging
import ServiceLifecycle

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the gateway until SIGTERM or SIGINT.")

    @OptionGroup var settings: ConfigurationOption

    func run() async throws {
        let configuration = try settings.load()
        let threshold = Bootstrap.logging(level: configuration.log.level, format: configuration.log.format)
        let logger = Logger(label: "httvps-gateway").with([.gatewayID: .string(configuration.identity.nodeID)])
        OpenFileLimit.raise()
        let services = try build(configuration, threshold, logger)
        logger.info(
            "the gateway starts",
            metadata: .fields([
                .version: .string(BuildInfo.version), .address: .text(configuration.listener.address),
            ]))
        do {
            try await Signals.obeyed(by: services, logger: logger)
        } catch {
            logger.critical("the gateway stops", metadata: .fields([.error: .string("\(error)")]))
            throw ExitCode(ExitStatus.failure)
        }
        logger.info("the gateway has ended")
    }

    private func build(
        _ configuration: GatewayConfiguration, _ threshold: LogThreshold, _ logger: Logger
    ) throws -> ServiceGroup {
        let path = settings.config
        let reload = GatewayReload(
            load: { Result { () throws(ConfigurationError) in try GatewayConfiguration.load(yamlPath: path) } },
            threshold: threshold)
        do {
            return try buildGateway(configuration: configuration, logger: logger, reload: reload)
        } catch {
            ConfigurationOption.complain("The gateway cannot start: \(error)")
            throw ExitCode(ExitStatus.configuration)
        }
    }
}
