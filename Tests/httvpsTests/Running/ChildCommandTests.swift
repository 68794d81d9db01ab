import Foundation
import HTTVPSTestSupport
import Testing

@testable import httvps

@Suite("A command", .serialized)
struct ChildCommandTests {
    private static func command(
        _ script: String, _ environment: [String: String] = [:], ignoring: Set<Int32> = []
    ) -> ChildCommand {
        ChildCommand(
            words: ["/bin/sh", "-c", RawText(script)],
            environment: ["PATH=/usr/bin:/bin"] + environment.map { RawText("\($0.key)=\($0.value)") },
            ignoredSignals: ignoring)
    }

    private static func scratch() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID())")
    }

    @Test("gives its exit status back", arguments: [0, 1, 7, 255] as [Int32])
    func status(code: Int32) async throws { #expect(try await Self.command("exit \(code)").run() == code) }

    @Test("that a signal ends gives 128 and the signal's number", arguments: [SIGKILL, SIGTERM, SIGSEGV])
    func killed(signal: Int32) async throws {
        #expect(try await Self.command("kill -\(signal) $$").run() == 128 + signal)
    }

    @Test("gets the signals that come meanwhile, and may answer them", arguments: [SIGTERM, SIGHUP, SIGUSR1, SIGINT])
    func forwarded(signal: Int32) async throws {
        let flag = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID())")
        defer { try? FileManager.default.removeItem(at: flag) }
        let child = Self.command(
            "trap 'exit 42' \(signal); : > \"$FLAG\"; while :; do sleep 0.05; done", ["FLAG": flag.path])
        async let status = child.run()
        try await eventually(within: .seconds(60)) { FileManager.default.fileExists(atPath: flag.path) }
        child.take(signal)
        #expect(try await status == 42)
        #expect(child.earlySignal == nil)
    }

    @Test("has no signal blocked and none ignored, but those that were ignored before")
    func dispositions() async throws {
        signal(SIGPIPE, SIG_IGN)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("child-\(UUID())")
        defer { try? FileManager.default.removeItem(at: file) }
        let script = "grep -E '^Sig(Blk|Ign)' /proc/self/status > \"$OUT\""
        #expect(try await Self.command(script, ["OUT": file.path]).run() == 0)
        let masks = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        }
        let watched = ([SIGPIPE] + ForwardedSignals.numbers).reduce(UInt64(0)) { $0 | 1 << UInt64($1 - 1) }
        #expect(masks.count == 2 && masks.allSatisfy { $0 & watched == 0 })
    }

    @Test("that is not there or not executable ends with 127 or 126")
    func missing() async throws {
        for (name, status) in [
            ("/no/such/command", ExitStatus.notFound), ("no-such-command", .notFound), ("/etc/passwd", .notExecutable),
            ("/", .notExecutable),
        ] {
            let failure = await #expect(throws: ExitStatus.Failure.self) {
                try await ChildCommand(words: [RawText(name)], environment: []).run()
            }
            #expect(failure?.status == status, "\(name)")
            #expect(failure?.message.hasPrefix(name) == true)
        }
    }

    @Test("gets words and variables byte for byte, also where they are no text")
    func bytes() async throws {
        let file = Self.scratch()
        defer { try? FileManager.default.removeItem(at: file) }
        let odd: [UInt8] = [0x61, 0xFF, 0x20, 0x0A, 0x27, 0xC3]
        let child = ChildCommand(
            words: ["/bin/sh", "-c", "printf %s%s \"$1\" \"$ODD\" > \"$OUT\"", "sh", RawText(bytes: odd)],
            environment: [RawText("OUT=\(file.path)"), RawText(bytes: Array("ODD=".utf8) + odd)])
        #expect(try await child.run() == 0)
        #expect(try Data(contentsOf: file) == Data(odd + odd))
    }

    @Test("gets the files that the caller had opened, and none of this program's")
    func files() async throws {
        let (mine, given) = (dup(STDERR_FILENO), dup(STDERR_FILENO))
        defer { for number in [mine, given] { close(number) } }
        let file = Self.scratch()
        defer { try? FileManager.default.removeItem(at: file) }
        let child = ChildCommand(
            words: ["/bin/sh", "-c", "for f in /proc/self/fd/*; do echo \"${f##*/}\"; done > \"$OUT\""],
            environment: ["PATH=/usr/bin:/bin", RawText("OUT=\(file.path)")], inheritedFiles: [given])
        #expect(try await child.run() == 0)
        let numbers = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(numbers.contains("\(given)") && !numbers.contains("\(mine)"), "\(numbers)")
        #expect(OpenFiles.inherited().isSuperset(of: [mine, given]))
    }

    @Test("is not begun behind a signal that ends")
    func early() {
        let child = Self.command("true")
        child.take(SIGWINCH)
        #expect(child.earlySignal == nil)
        child.take(SIGTERM)
        #expect(child.earlySignal == SIGTERM)
    }
}
