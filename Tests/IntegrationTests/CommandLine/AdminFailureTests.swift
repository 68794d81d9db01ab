import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The operator's command line when something breaks")
struct AdminFailureTests {
    private func start(
        _ server: ScriptedBackend, _ arguments: String, input: String = "", inTerminal: Bool = false
    ) throws -> ChildProcess {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("input-\(UUID())")
        try input.write(to: file, atomically: true, encoding: .utf8)
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HTTVPS_") }
        environment["HTTVPS_BACKEND_URL"] = server.address
        environment["HTTVPS_ADMIN_TOKEN"] = "hva_x"
        environment["TERM"] = "xterm"
        environment["CALL"] = "exec '\(LocalStack.program.path)' admin \(arguments)"
        let command = inTerminal ? #"exec script -qec "$CALL" /dev/null < "# : #"eval "$CALL" < "#
        return try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "exec 3< '\(file.path)'; rm '\(file.path)'; \(command) /dev/fd/3"],
            environment: environment)
    }

    private let lines = (1...3).map { "{\"name\":\"\($0)\"}" }.joined(separator: "\n")

    @Test("an import whose backend goes away says the line and how far it came")
    func unreachable() async throws {
        let script: ScriptedBackend.Script = { _, number in number == 1 ? .answer(201) : .loss }
        try await ScriptedBackend.serving(script) { server in
            let process = try start(server, "users create --from /dev/stdin", input: lines)
            #expect(try await process.waitUntilExit() == 69)
            #expect(process.output.contains("line 2: "), "\(process.output)")
            #expect(process.output.contains("may have been done"), "\(process.output)")
            #expect(process.output.contains("created 1 user; 2 lines are left"), "\(process.output)")
        }
    }

    private func stop(_ process: ChildProcess, behind server: ScriptedBackend) async throws {
        _ = try await Poll.until(within: .seconds(60)) { server.requests.count == 2 }
        for _ in 1...600 where process.isRunning {
            process.signal(SIGTERM)
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    @Test("an import that a signal stops ends with the line in hand and says how far it came")
    func signal() async throws {
        let script: ScriptedBackend.Script = { _, number in number == 1 ? .answer(201) : .silence }
        try await ScriptedBackend.serving(script) { server in
            let process = try start(server, "users create --from /dev/stdin", input: lines)
            try await stop(process, behind: server)
            #expect(process.exitStatus == 143)
            #expect(process.output.contains("created 1 user; 2 lines are left"), "\(process.output)")
            #expect(process.output.contains("line 2 may have been created"), "\(process.output)")
        }
    }

    @Test("a creation that a signal stops names its key")
    func stoppedCreation() async throws {
        try await ScriptedBackend.serving({ _, _ in .silence }) { server in
            let process = try start(server, "users create email=a@example.org")
            _ = try await Poll.until(within: .seconds(60)) { server.requests.count == 1 }
            process.signal(SIGTERM)
            #expect(try await process.waitUntilExit() == 143)
            let key = server.requests.first?.headers["idempotency-key"] ?? ""
            #expect(process.output.contains("--idempotency-key=\(key)"), "\(process.output)")
        }
    }

    @Test("deletions that a signal stops say what was deleted and what may be", arguments: ["", "--json"])
    func stoppedDeletion(option: String) async throws {
        let script: ScriptedBackend.Script = { request, number in
            guard request.method == "DELETE" else { return .answer(200, headers: ["ETag": "\"1\""]) }
            return number < 4 ? .answer(204, body: "") : .silence
        }
        try await ScriptedBackend.serving(script) { server in
            let process = try start(server, "users delete a b c --yes \(option)")
            _ = try await Poll.until(within: .seconds(60)) { server.requests.count == 4 }
            process.signal(SIGINT)
            #expect(try await process.waitUntilExit() == 130)
            #expect(process.output.contains("deleted a; b may be deleted"), "\(process.output)")
            #expect(process.output.contains(#"{"deleted":["a"]}"#) == (option == "--json"), "\(process.output)")
        }
    }

    @Test("a deletion whose answer is lost is not told as one that was not done")
    func lostDeletion() async throws {
        let script: ScriptedBackend.Script = { request, _ in
            request.method == "DELETE" ? .loss : .answer(200, headers: ["ETag": "\"1\""])
        }
        try await ScriptedBackend.serving(script) { server in
            let process = try start(server, "users delete a b --yes")
            #expect(try await process.waitUntilExit() == 69)
            #expect(process.output.contains("a may be deleted"), "\(process.output)")
            #expect(!process.output.contains("nothing was deleted"), "\(process.output)")
        }
    }

    @Test("an import that cannot write says on standard error what was created", arguments: [">&-", "> /dev/full"])
    func output(redirection: String) async throws {
        try await ScriptedBackend.serving({ _, _ in .answer(201) }) { server in
            let process = try start(server, "users create --from /dev/stdin \(redirection)", input: lines)
            #expect(try await process.waitUntilExit() == 74)
            #expect(process.output.contains("created 3 users"), "\(process.output)")
        }
    }

    @Test("a question that is declined ends with 1 and a sentence, and nothing is asked of the backend")
    func declined() async throws {
        try await ScriptedBackend.serving({ _, _ in .answer(204, body: "") }) { server in
            let process = try start(server, "users delete usr_1", input: "n\n", inTerminal: true)
            #expect(try await process.waitUntilExit() == 1)
            #expect(process.output.contains("nothing was deleted"), "\(process.output)")
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        "an error does not stand behind a progress line", arguments: ["users delete a b c --yes", "users list --all"])
    func progress(arguments: String) async throws {
        let script: ScriptedBackend.Script = { request, number in
            guard number < 3 else { return .answer(404) }
            guard request.method == "GET" else { return .answer(204, body: "") }
            return .answer(
                200, headers: ["ETag": "\"1\""], body: #"{"id":"a","items":[{"id":"a"}],"next_cursor":"\#(number)"}"#)
        }
        try await ScriptedBackend.serving(script) { server in
            let process = try start(server, arguments, inTerminal: true)
            #expect(try await process.waitUntilExit() == 65)
            let text = process.output
            #expect(text.contains("\r\u{1B}[K1 "), "\(text)")
            #expect(text.contains("\r\u{1B}[Khttvps: "), "\(text)")
        }
    }
}
