import HTTVPSTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChildProcessTests {
    @Test("Output and exit status of a process are kept")
    func output() async throws {
        let process = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "echo out; echo err >&2; exit 3"])
        #expect(try await process.waitUntilExit() == 3)
        #expect(process.output == "out\nerr\n")
    }

    @Test("A process that ignores the request to end is killed")
    func stubborn() async throws {
        let process = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"])
        try await process.waitUntilOutput(contains: "ready")
        await process.terminate(within: .milliseconds(100))
        #expect(!process.isRunning)
    }

    @Test("Waiting for a process that ended says what it printed")
    func ended() async throws {
        let process = try ChildProcess(executable: "/bin/sh", arguments: ["-c", "echo no such luck"])
        let error = await #expect(throws: ChildProcess.Failure.self) {
            try await process.waitUntilListening(on: try LoopbackPort.free())
        }
        #expect(error?.description.contains("no such luck") == true)
    }

    @Test("Free ports are never given twice")
    func ports() throws {
        let ports = try (0..<20).map { _ in try LoopbackPort.free() }
        #expect(Set(ports).count == 20)
    }
}
