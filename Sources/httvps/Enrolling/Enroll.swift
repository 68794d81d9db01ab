import ArgumentParser
import Foundation
import HTTVPSClient

struct Enroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn an enrolment code into kept credentials, once per device.",
        discussion: """
            The operator gives you a code; it works once. Without CODE, or with -, it is read from standard input, \
            which keeps it out of the list of processes. The credentials are kept for your user alone, and renewed by \
            themselves whenever you connect.

              HTTVPS_BACKEND_URL    the backend's address, https://host
              HTTVPS_CA_CERT        PEM file with the authorities to trust

            Example:
              httvps enroll --backend https://backend.example
              httvps connect --socks 127.0.0.1:1080
            """)

    @Argument(help: "The enrolment code; - reads it from standard input.")
    var code: String?

    @Option(help: ArgumentHelp("Keep this gateway instead of those that the backend names.", valueName: "wss-url"))
    var gateway: [String] = []

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Credentials")
    var profile: ProfileOptions

    @Flag(help: "Replace credentials that are kept already.")
    var force = false

    func run() async throws {
        try await ExitStatus.reporting {
            let environment = ProcessInfo.processInfo.environment
            let address = try backend.address(environment)
            for url in gateway { _ = try GatewayAddress(url) }
            let file = profile.file(environment)
            try await refuseToReplace(file)
            let enrollment = try Enrollment(code: try await typedCode())
            let enrolled = try await file.whileLocked {
                try await refuseToReplace(file)
                var profile = try await BackendClient.talking(
                    to: address, authority: backend.authority(environment)
                ) { try await $0.enroll(enrollment) }
                if !gateway.isEmpty { profile.gateways = gateway.map { DeviceProfile.Gateway(url: $0) } }
                try await file.write(profile)
                return profile
            }
            try report(enrolled, file)
        }
    }

    private func refuseToReplace(_ file: CredentialFile) async throws(ClientError) {
        guard !force, FileManager.default.fileExists(atPath: file.path) else { return }
        let kept = try await file.read()
        throw ClientError(
            .configuration,
            "\(kept) is enrolled here already; --force replaces it, --profile keeps another one beside it")
    }

    private func typedCode() async throws -> String {
        if let code, code != "-" { return code }
        guard let line = try await Terminal.line(asking: "Enrolment code: "), !line.allSatisfy(\.isWhitespace) else {
            throw ExitStatus.Failure(status: .usage, message: "no enrolment code was given")
        }
        return line
    }

    private func report(_ profile: DeviceProfile, _ file: CredentialFile) throws {
        try Terminal.say("\(profile) is enrolled; its credentials are kept in \(file.path)")
        if profile.gateways.isEmpty {
            Terminal.complain("the backend names no gateway at the moment; give one to connect with --gateway")
        }
    }
}
