import ArgumentParser
import Foundation

struct AdminLogout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Forget the token that is kept for a backend.",
        discussion: "An API token stays good: delete it with `httvps admin api-tokens delete`.")

    @OptionGroup
    var name: AdminProfileName

    func run() async throws {
        try await ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            let file = try name.file(environment)
            let wasKept = try await file.remove()
            try Terminal.say(wasKept ? "the token in \(file.path) is forgotten" : "no token was kept in \(file.path)")
        }
    }
}
