import ArgumentParser
import HTTVPSBackend
import HTTVPSConfiguration
import HTTVPSObservability
import Logging

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether everything is there that the backend needs, and say what to do about the rest.",
        discussion: """
            Settings, ports, database, clock, migrations, rights, keys, gateways, and each node with a real stream through \
            it, to BACKEND_OUTLINE_CANARY_TARGET or the first gateway's public address. Exit code 1 when something fails, \
            0 otherwise.
            """)

    @Flag(help: "Print JSON, for programs.")
    var json = false

    func run() async throws {
        let report = await report()
        try CommandRun.say(json ? report.json : report.table)
        if !report.isWell { throw ExitCode(ExitStatus.failure) }
    }

    private func report() async -> DiagnosisReport {
        do {
            let configuration = try CommandRun.configuration()
            let logger = Bootstrap.logger(
                label: "httvps-backend", level: .critical, format: .text, output: .standardError)
            return await BackendDoctor(configuration, logger: logger).examine()
        } catch let error as ConfigurationError {
            return DiagnosisReport(configurationFaults: error)
        } catch {
            return DiagnosisReport([.fail("configuration", "\(error)", "Look at the settings.")])
        }
    }
}
