import ArgumentParser
import HTTVPSBackend
import HTTVPSConfiguration
import HTTVPSObservability

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the backend on this machine whether it takes work: exit code 0 or 1.",
        discussion:
            "For supervisors without curl: asks /readyz on BACKEND_HOST and BACKEND_PORT, from the same settings.")

    @Flag(help: "Ask /livez instead: whether the process answers at all.")
    var live = false

    func run() async throws {
        try await CommandRun.perform { configuration, _, _ in
            let question = HealthQuestion(
                host: configuration.listen.host, port: configuration.listen.port, path: live ? "/livez" : "/readyz")
            try await question.ask()
        }
    }
}
