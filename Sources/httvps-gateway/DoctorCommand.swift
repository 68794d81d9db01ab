import ArgumentParser
import HTTVPSConfiguration
import HTTVPSGateway
import HTTVPSObservability

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether everything is there that the gateway needs, and say what to do about the rest.",
        discussion: """
            Settings, certificate and key, state directory, ports, the backend, its clock, the token. Nodes are tried by \
            httvps-backend doctor, which knows them all. Exit code 1 when something fails, 0 otherwise.
            """)

    @OptionGroup var settings: ConfigurationOption

    @Flag(help: "Print JSON, for programs.")
    var json = false

    func run() async throws {
        let report = await report()
        print(json ? report.json : report.table)
        if !report.isWell { throw ExitCode(ExitStatus.failure) }
    }

    private func report() async -> DiagnosisReport {
        do throws(ConfigurationError) {
            return await GatewayDoctor(try GatewayConfiguration.load(yamlPath: settings.config)).examine()
        } catch {
            return DiagnosisReport(configurationFaults: error)
        }
    }
}
