import ArgumentParser
import Foundation
import HTTVPSClient

struct AdminLogin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Keep an operator's token for a backend.",
        discussion: """
            With --email it signs an administrator in and asks for the password; that token is good for minutes. \
            Without, it asks for an API token (hva_…), which lasts as long as it was made for. Both are read from \
            standard input where there is no keyboard, and kept for your user alone.

              HTTVPS_BACKEND_URL    the backend's address, https://host
              HTTVPS_CA_CERT        PEM file with the authorities to trust
            """)

    @Option(help: "The administrator's e-mail address.")
    var email: String?

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup
    var name: AdminProfileName

    func run() async throws {
        try await ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            let file = try name.file(environment)
            let address = try backend.address(environment)
            let authority = backend.authority(environment)
            let token = try await BackendClient.talking(to: address, authority: authority, token)
            try await file.write(AdminProfile(backend: address, token: token, caCert: authority))
            try Terminal.say("signed in at \(address); the token is kept in \(file.path)")
        }
    }

    private func token(_ client: BackendClient) async throws -> String {
        guard let email else {
            let token = try AdminProfile.checked(try await asked("API token: ", "no API token was given"))
            _ = try await AdminBackend(client: client, token: token).list("regions", [("limit", "1")])
            return token
        }
        let password = try await asked("Password: ", "no password was given")
        let answer = try await AdminBackend(client: client, token: nil).signIn(email: email, password: password)
        guard let token = answer.object["access_token"].string else { throw Attempts.senseless }
        return token
    }

    private func asked(_ question: String, _ complaint: String) async throws -> String {
        guard let line = try await Terminal.secret(asking: question), !line.allSatisfy(\.isWhitespace) else {
            throw ExitStatus.Failure(status: .usage, message: complaint)
        }
        return line
    }
}
