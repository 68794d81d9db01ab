import HTTVPSTestSupport
import Testing

@Suite("Help")
struct HelpTests {
    @Test(
        "that cannot be written is a failure, like every other output",
        arguments: ["--help", "admin", "admin users --help", "help run", "--version"])
    func full(words: String) async throws {
        let (status, output) = try await Self.run("\(words) > /dev/full")
        #expect(status == 74 && output.contains("No space left"), "\(output)")
    }

    @Test("goes to standard output, complaints about usage to the other")
    func shown() async throws {
        let (status, output) = try await Self.run("admin users --help 2> /dev/full")
        #expect(status == 0 && output.contains("USAGE: httvps admin users <subcommand>"), "\(output)")
        #expect(try await Self.run("connect --nonsense > /dev/full").status == 64)
    }

    private static func run(_ words: String) async throws -> (status: Int32, output: String) {
        let shell = try ChildProcess(executable: "/bin/sh", arguments: ["-c", "exec '\(Program.path)' \(words)"])
        return (try await shell.waitUntilExit(), shell.output)
    }
}
