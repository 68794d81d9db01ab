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
            for name in AdminProfileFile.names(environment) {
                guard let kept = try await AdminProfileFile(name: name, environment).read() else { continue }
                rows.append(.object(["profile": .text(name), "backend": .text(kept.backend)]))
            }
            try Terminal.print(json ? JSON.array(rows).text : Table(columns: ["profile", "backend"], rows: rows).text)
        }
    }
}
