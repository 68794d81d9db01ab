import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The local stack", .serialized)
struct LocalStackTests {
    @Test("SIGTERM stops every process of the stack and leaves no environment file")
    func stopsClean() async throws {
        let stack = try await LocalStack.start()
        let processes = try ["postgres", "node", "backend", "gateway", "client"].map { try stack.processID(of: $0) }
        stack.process.signal(SIGTERM)
        let status = try await stack.process.waitUntilExit(within: .seconds(30))
        #expect(status == 0)
        #expect(processes.filter { kill($0, 0) == 0 } == [])
        #expect(!FileManager.default.fileExists(atPath: stack.directory.appendingPathComponent("env").path))
        await stack.stop()
    }

    @Test("A second stack on the same ports is refused with a sentence, and the first goes on")
    func portsTaken() async throws {
        try await LocalStack.running { stack in
            var variables = ProcessInfo.processInfo.environment
            variables["HTTVPS_RUN_DIR"] = stack.directory.appendingPathComponent("other").path
            variables["HTTVPS_PORT_BASE"] = try stack.variable("HTTVPS_GATEWAY_URL").split(separator: ":")[2]
                .split(separator: "/").first.map(String.init)
            variables["HTTVPS_SKIP_BUILD"] = "1"
            let second = try ChildProcess(
                executable: "/bin/bash",
                arguments: [LocalStack.repository.appendingPathComponent("deploy/local/run.sh").path],
                environment: variables)
            #expect(try await second.waitUntilExit() == 75)
            #expect(second.output.contains("is taken; choose other ports"))
            #expect(try await stack.gatewayGauge("httvps_gateway_sessions_active") == 1)
        }
    }
}
