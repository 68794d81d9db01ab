import ArgumentParser

@main
struct HTTVPS: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "httvps",
        abstract: "The HTTVPS client: local proxies whose connections travel through a gateway.",
        discussion: """
            Begin with `httvps enroll` and the code that your operator gave you. Then `httvps connect` serves local \
            proxies, and `httvps run -- COMMAND` runs one command through the tunnel.

            Exit codes: 0 success, 64 wrong usage, 69 gateway or backend unreachable, 74 output cannot be written, 75 \
            try again later, 77 refused, 78 wrong configuration or a file that cannot be read.
            """,
        version: version,
        subcommands: [
            Enroll.self, Connect.self, Run.self, Probe.self, Status.self, Logout.self, Admin.self,
            Completion.self,
        ])

    static func main() async {
        OpenFiles.holdStandardPlaces()
        if let complaint = CommandWords(OriginalWords.given).complaint {
            Terminal.complain(complaint)
            exit(withError: ExitCode(ExitStatus.usage.rawValue))
        }
        do {
            var command = try await asyncParseAsRoot()
            guard var talking = command as? any AsyncParsableCommand else { return try command.run() }
            try await talking.run()
        } catch {
            exit(withError: answered(error))
        }
    }

    private static func answered(_ error: any Error) -> any Error {
        let answer = fullMessage(for: error)
        guard exitCode(for: error) == .success, !answer.isEmpty else { return error }
        do {
            try Terminal.print(help: answer)
            return ExitCode.success
        } catch {
            Terminal.complain(error.message)
            return ExitCode(error.status.rawValue)
        }
    }
}
