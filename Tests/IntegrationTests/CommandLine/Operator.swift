import Foundation
import HTTVPSTestSupport

struct Operator: Sendable {
    let stack: LocalStack
    let folder: URL

    static func make(on stack: LocalStack) throws -> Operator {
        let folder = stack.directory.appendingPathComponent("operator-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return Operator(stack: stack, folder: folder)
    }

    func run(_ arguments: String, input: String = "") async throws -> (status: Int32, output: String) {
        let file = folder.appendingPathComponent("input-\(UUID())")
        try (input + "\n").write(to: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "exec '\(LocalStack.program.path)' admin \(arguments) < '\(file.path)'"],
            environment: try environment())
        return (try await process.waitUntilExit(within: .seconds(60)), process.output)
    }

    func object(_ arguments: String) async throws -> [String: Any] {
        let (status, output) = try await run(arguments)
        guard status == 0, let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        else { throw LocalStack.Failure(description: "\(arguments) answered \(status): \(output)") }
        return object
    }

    private func environment() throws -> [String: String] {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HTTVPS_") }
        variables["HOME"] = folder.path
        variables["XDG_CONFIG_HOME"] = folder.path
        variables["HTTVPS_BACKEND_URL"] = try stack.variable("HTTVPS_BACKEND_URL")
        return variables
    }
}
