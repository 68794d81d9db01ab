import ArgumentParser
import Foundation
import HTTVPSClient

struct Logout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forget the kept credentials of this device.",
        discussion: """
            Removes the file. A tunnel that stands goes on until its session ends and then stops. To connect again you \
            need a new enrolment code.
            """)

    @OptionGroup(title: "Credentials")
    var profile: ProfileOptions

    func run() async throws {
        try await ExitStatus.reporting {
            let file = profile.file(ProcessInfo.processInfo.environment)
            guard FileManager.default.fileExists(atPath: file.path) else {
                return try Terminal.say("no credentials were kept in \(file.path)")
            }
            try await file.whileLocked { _ = try await file.remove() }
            try Terminal.say("the credentials in \(file.path) are forgotten")
        }
    }
}
