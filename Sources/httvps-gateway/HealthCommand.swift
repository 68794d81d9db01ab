import ArgumentParser
import HTTVPSConfiguration
import HTTVPSGateway
import HTTVPSObservability

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the gateway on this machine whether it takes sessions: exit code 0 or 1.",
        discussion: "For supervisors without curl: asks /readyz on GATEWAY_METRICS_ADDR, from the same settings.")

    @OptionGroup var settings: ConfigurationOption

    @Flag(help: "Ask /livez instead: whether the process answers at all.")
    var live = false

    func run() async throws {
        let address = try settings.load().admin.address
        do {
            try await HealthQuestion(host: address.host, port: address.port, path: live ? "/livez" : "/readyz").ask()
        } catch {
            ConfigurationOption.complain("\(error)")
            throw ExitCode(ExitStatus.failure)
        }
    }
}
