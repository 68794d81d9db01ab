import ArgumentParser
import Foundation

struct AdminProfiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles", abstract: "List the backends for which a token is kept.")

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    func run() async throws {
        try await ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            var rows: [JSON] = []
            var broken: [String] = []
            for (name, kept) in try await AdminProfileFile.all(environment) {
                switch kept {
                case .success(let kept):
                    rows.append(.object(["profile": .text(name), "backend": .text(kept.backend)]))
                case .failure(let error): broken.append("the profile \(Printable.text(name)) is broken: \(error)")
                }
            }
            try Terminal.print(json ? JSON.array(rows).text : Table(columns: ["profile", "backend"], rows: rows).text)
            for complaint in broken { Terminal.complain(complaint) }
            if !broken.isEmpty { throw ExitCode(ExitStatus.configuration.rawValue) }
        }
    }
}
