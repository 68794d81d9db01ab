import ArgumentParser
import HTTVPSConfiguration
import HTTVPSGateway
import HTTVPSObservability

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether everything is there that the gateway needs, and say what to do about the rest.",
        discussion: """
            Settings, certificate and key, state directory, ports, the backend, its clock, the token. With --device also \
            the nodes that this device would get, each with a real stream to GATEWAY_PUBLIC_URL; a gateway knows none \
            before a device comes. Exit code 1 when something fails, 0 otherwise.
            """)

    @OptionGroup var settings: ConfigurationOption

    @Option(help: ArgumentHelp("Try the nodes that this device would get.", valueName: "dev_…"))
    var device: String?

    @Flag(help: "Print JSON, for programs.")
    var json = false

    func run() async throws {
        let report = await report()
        print(json ? report.json : report.table)
        if !report.isWell { throw ExitCode(ExitStatus.failure) }
    }

    private func report() async -> DiagnosisReport {
        do throws(ConfigurationError) {
            return await GatewayDoctor(try GatewayConfiguration.load(yamlPath: settings.config), deviceID: device)
                .examine()
        } catch {
            return DiagnosisReport(configurationFaults: error)
        }
    }
}
