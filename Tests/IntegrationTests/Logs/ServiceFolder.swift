import Foundation
import HTTVPSTestSupport

final class ServiceFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-service-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ settings: [String], to name: String = ".env") throws {
        try (settings.joined(separator: "\n") + "\n").write(
            to: url.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    func start(_ program: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            executable: LocalStack.repository.appendingPathComponent(".build/debug/\(program)").path,
            arguments: arguments, environment: ["PATH": "/usr/bin:/bin", "TMPDIR": NSTemporaryDirectory()],
            workingDirectory: url)
    }
}
