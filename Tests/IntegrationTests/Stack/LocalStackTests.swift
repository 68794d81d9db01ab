import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The local stack", .serialized)
struct LocalStackTests {
    @Test("SIGTERM stops every process of the stack and leaves no environment file")
    func stopsClean() async throws {
        let stack = try await LocalStack.start()
        let processes = try Self.names.map { try stack.processID(of: $0) }
        stack.process.signal(SIGTERM)
        let status = try await stack.process.waitUntilExit(within: .seconds(120))
        #expect(status == 0)
        #expect(processes.filter(ProcessLife.isRunning) == [])
        #expect(!FileManager.default.fileExists(atPath: stack.directory.appendingPathComponent("env").path))
        await stack.stop()
    }

    @Test("A second stack in the same folder or on the same ports is refused, and the first goes on untouched")
    func refusesSecond() async throws {
        try await LocalStack.running { stack in
            let base = try stack.variable("HTTVPS_GATEWAY_URL").split(separator: ":")[2].split(separator: "/")[0]
            let processes = try Self.names.map { try stack.processID(of: $0) }
            let other = stack.directory.appendingPathComponent("other").path
            for (folder, sentence) in [(stack.directory.path, "runs already"), (other, "is taken; choose other ports")]
            {
                let second = try Self.script(folder: folder, base: String(base))
                #expect(try await second.waitUntilExit() == 75)
                #expect(second.output.contains(sentence))
            }
            #expect(try Self.names.map { try stack.processID(of: $0) } == processes)
            #expect(FileManager.default.fileExists(atPath: stack.directory.appendingPathComponent("env").path))
            #expect(try await stack.waitUntilGauge("httvps_gateway_sessions_active", is: 1))
        }
    }

    @Test("What a killed script left running is stopped by the next stack in that folder")
    func clearsOrphans() async throws {
        let first = try await LocalStack.start()
        #expect(try await Poll.until(within: .seconds(60)) { try Self.childNames(of: first).contains("sleep") })
        let orphans = try Self.names.map { try first.processID(of: $0) }
        first.process.signal(SIGKILL)
        #expect(try await Poll.until(within: .seconds(60)) { !ProcessLife.isRunning(first.process.processID) })
        let env = first.directory.appendingPathComponent("env")
        try FileManager.default.removeItem(at: env)
        let second = try await LocalStack.start(in: first.directory)
        #expect(orphans.filter(ProcessLife.isRunning) == [])
        #expect(try await second.waitUntilGauge("httvps_gateway_sessions_active", is: 1))
        await second.stop()
    }

    private static let names = ["postgres", "node", "backend", "gateway", "client"]

    private static func childNames(of stack: LocalStack) throws -> [String] {
        let id = stack.process.processID
        let children = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        return children.split(separator: " ").compactMap { child in
            try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private static func script(folder: String, base: String) throws -> ChildProcess {
        var variables = ProcessInfo.processInfo.environment
        variables["HTTVPS_RUN_DIR"] = folder
        variables["HTTVPS_PORT_BASE"] = base
        variables["HTTVPS_SKIP_BUILD"] = "1"
        return try ChildProcess(
            executable: "/bin/bash",
            arguments: [LocalStack.repository.appendingPathComponent("deploy/local/run.sh").path],
            environment: variables)
    }
}
