package import Foundation
import Synchronization

package final class ChildProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package let outputFile: URL
    private let name: String
    private let process: Mutex<Process>

    package init(
        executable: String, arguments: [String] = [], environment: [String: String]? = nil,
        workingDirectory: URL? = nil
    ) throws {
        name = URL(fileURLWithPath: executable).lastPathComponent
        outputFile = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(UUID()).log")
        guard FileManager.default.createFile(atPath: outputFile.path, contents: nil) else {
            throw Failure(description: "cannot write \(outputFile.path)")
        }
        let output = try FileHandle(forWritingTo: outputFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = environment ?? ProcessInfo.processInfo.environment
        process.currentDirectoryURL = workingDirectory
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try SignalMask.withNothingBlocked { try process.run() }
        try output.close()
        self.process = Mutex(process)
    }

    deinit {
        if isRunning { signal(SIGKILL) }
        try? FileManager.default.removeItem(at: outputFile)
    }

    package var processID: Int32 { process.withLock { $0.processIdentifier } }

    package var isRunning: Bool { process.withLock { $0.isRunning } }

    package var exitStatus: Int32? { process.withLock { $0.isRunning ? nil : $0.terminationStatus } }

    package var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    package func signal(_ number: Int32) {
        process.withLock { process in
            if process.isRunning { kill(process.processIdentifier, number) }
        }
    }

    package func waitUntilListening(on port: Int, within limit: Duration = .seconds(60)) async throws {
        try await wait("accept on port \(port)", within: limit) { LoopbackPort.accepts(port) }
    }

    package func waitUntilOutput(contains text: String, within limit: Duration = .seconds(60)) async throws {
        try await wait("print \"\(text)\"", within: limit) { self.output.contains(text) }
    }

    @discardableResult
    package func waitUntilExit(within limit: Duration = .seconds(60)) async throws -> Int32 {
        guard try await Poll.until(within: limit, { !self.isRunning }) else {
            throw Failure(description: "\(name) did not end within \(limit)\n\(output)")
        }
        return exitStatus ?? -1
    }

    package func terminate(within limit: Duration = .seconds(20)) async {
        signal(SIGTERM)
        let ended = try? await Poll.until(within: limit) { !self.isRunning }
        if ended == true { return }
        signal(SIGKILL)
        _ = try? await Poll.until(within: .seconds(60)) { !self.isRunning }
    }

    private func wait(_ purpose: String, within limit: Duration, _ condition: () -> Bool) async throws {
        let met = try await Poll.until(within: limit) { condition() || !self.isRunning }
        guard met, isRunning || condition() else {
            throw Failure(description: "\(name) did not \(purpose) within \(limit)\n\(output)")
        }
    }
}
