import Foundation
import HTTVPSTestSupport
import Testing

@Suite("What the command line prints", .timeLimit(.minutes(5)))
struct OutputTests {
    @Test("to a full disk is a failure of its own, with a reason")
    func full() async throws {
        for words in ["completion bash", "admin profiles", "admin logout"] {
            let (status, output) = try await Self.run("\(words) > /dev/full")
            #expect(status == 74 && output.contains("No space left"), "\(words): \(status) \(output)")
        }
    }

    @Test("to a reader that has gone ends it as it ends other tools, without a word")
    func readerGone() async throws {
        for words in ["completion bash", "admin profiles", "admin logout"] {
            let gone = "rm -f go; (until [ -e go ]; do sleep 0.05; done; exec '\(LocalStack.program.path)' \(words))"
            let (status, output) = try await Self.shell("set -o pipefail; \(gone) | (exec <&-; touch go)")
            #expect(status == 141 && output.isEmpty, "\(words): \(status) \(output)")
        }
    }

    private static func run(_ words: String) async throws -> (status: Int32, output: String) {
        try await shell("'\(LocalStack.program.path)' \(words)")
    }

    private static func shell(_ line: String) async throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("output-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HTTVPS_") }
        environment["HOME"] = folder.path
        environment["XDG_CONFIG_HOME"] = folder.path
        let process = try ChildProcess(
            executable: "/bin/bash", arguments: ["-c", line], environment: environment, workingDirectory: folder)
        return (try await process.waitUntilExit(within: .seconds(120)), process.output)
    }
}
