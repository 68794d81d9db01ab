import ArgumentParser
import Foundation
import HTTVPSClient

struct Probe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Connect once to each gateway and say how long every step takes.",
        discussion: """
            Steps: resolve, connect, tls, upgrade, session, ping; with --target also stream and answer, where answer \
            is the first byte that the target sends to an HTTP request for /. Opens a session as `httvps connect` \
            does, and ends it.

            Exit codes: 0 every step succeeded; else that of the first gateway that failed: 69 unreachable, 75 try \
            again later, 77 device or target refused; 64 wrong usage, 78 wrong configuration.
            """)

    @OptionGroup(title: "Gateway")
    var options: TunnelOptions

    @OptionGroup(title: "Credentials")
    var profile: ProfileOptions

    @Option(help: ArgumentHelp("Also open a stream to this host and port.", valueName: "host:port"))
    var target: ListenAddress?

    @Flag(help: "Print one JSON object for each gateway, on a line of its own; times are milliseconds.")
    var json = false

    func run() async throws {
        try await ExitStatus.reporting {
            let settings = TunnelSettings(
                options: options, profile: profile, environment: ProcessInfo.processInfo.environment)
            let configuration = try await settings.configuration()
            var failure: ExitStatus?
            for gateway in configuration.gateways {
                let report = try await Tunnel.probe(
                    configuration, gateway: gateway, target: target.map { ($0.host, $0.port) })
                let page = ProbePage(report)
                if json { try Terminal.print(json: page.json()) } else { try Terminal.print(page.text) }
                failure = failure ?? report.error.flatMap { ExitStatus($0) }
            }
            if let failure { throw ExitCode(failure.rawValue) }
        }
    }
}
