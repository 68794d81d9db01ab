import ArgumentParser
import Foundation

struct AdminProfileName: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The name under which the backend and its token are kept (default: $HTTVPS_ADMIN_PROFILE, else default).",
            valueName: "name"),
        completion: .custom { _, _, _ in AdminProfileFile.names(ProcessInfo.processInfo.environment) })
    var profile: String?

    func file(_ environment: [String: String]) throws -> AdminProfileFile {
        try AdminProfileFile(name: AdminProfile.name(profile, environment), environment)
    }
}
