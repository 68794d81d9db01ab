import Foundation
import HTTVPSTestSupport
import Testing

@Suite("httvps-load", .serialized)
struct LoadProgramTests {
    @Test("makes the devices that are missing, moves bytes, leaves a table and a plot, and fails where sessions do")
    func smallLoad() async throws {
        try await LocalStack.running { stack in
            let first = try await load(stack, sessions: 3)
            #expect(first.status == 0, "\(first.output)")
            #expect(first.output.contains("no failure"), "\(first.output)")
            for name in ["load.svg", "load.csv", "load.txt"] {
                let file = stack.directory.appendingPathComponent("load/\(name)").path
                #expect(FileManager.default.fileExists(atPath: file), "\(name) is missing")
            }
            let second = try await load(stack, sessions: 5)
            #expect(second.status == 0, "\(second.output)")
            let devices = try #require(try await stack.admin("devices?limit=200")["items"] as? [Any])
            #expect(devices.count == 6, "five, and the stack's own")
            let refused = try await load(stack, sessions: 2, ["HTTVPS_GATEWAY_URL": "wss://localhost:1/ws"])
            #expect(refused.status == 1, "\(refused.output)")
            #expect(refused.output.contains("FAILED 2 x session: unreachable"), "\(refused.output)")
        }
    }

    private func load(
        _ stack: LocalStack, sessions: Int, _ others: [String: String] = [:]
    ) async throws -> (status: Int32, output: String) {
        var variables = stack.environment
        variables["PATH"] = "/usr/bin:/bin"
        variables["HTTVPS_LOAD_SESSIONS"] = String(sessions)
        variables["HTTVPS_LOAD_RAMP_SECONDS"] = "1"
        variables["HTTVPS_LOAD_SECONDS"] = "2"
        variables["HTTVPS_LOAD_STREAMS"] = "5"
        variables["HTTVPS_LOAD_BULK_EVERY"] = "5"
        variables["HTTVPS_LOAD_BULK_KIB"] = "256"
        variables["HTTVPS_LOAD_DIR"] = stack.directory.appendingPathComponent("load").path
        variables.merge(others) { $1 }
        let process = try ChildProcess(
            executable: LocalStack.repository.appendingPathComponent(".build/debug/httvps-load").path, arguments: [],
            environment: variables, workingDirectory: stack.directory)
        return (try await process.waitUntilExit(within: .seconds(240)), process.output)
    }
}
