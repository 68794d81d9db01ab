import ArgumentParser
import Foundation

struct AdminLogout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Forget the token that is kept for a backend.",
        discussion: "An API token stays good: delete it with `httvps admin api-tokens delete`.")

    @Option(help: ArgumentHelp("The name under which it is kept.", valueName: "name"))
    var profile: String?

    func run() async throws {
        try await ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            let file = try AdminProfileFile(name: AdminProfile.name(profile, environment), environment)
            let wasKept = try await file.remove()
            Terminal.say(wasKept ? "the token in \(file.path) is forgotten" : "no token was kept in \(file.path)")
        }
    }
}
