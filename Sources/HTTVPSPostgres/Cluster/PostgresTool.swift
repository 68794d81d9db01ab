import Foundation

package struct PostgresTool: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package let path: String

    package init(_ name: String) throws(Failure) {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = PostgresPrograms.packaged() + search.split(separator: ":").map(String.init)
        let found = folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw Failure(description: "\(name) is not installed: apt-get install postgresql-client brings it")
        }
        path = found
    }

    package func run(_ arguments: [String], on dsn: PostgresDSN) async throws {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let base = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("BACKEND_")
        }
        process.environment = base.merging(dsn.environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaints = FileManager.default.temporaryDirectory.appending(path: "httvps-\(UUID()).log")
        guard FileManager.default.createFile(atPath: complaints.path(), contents: nil) else {
            throw Failure(description: "\(complaints.path()) cannot be written")
        }
        defer { try? FileManager.default.removeItem(at: complaints) }
        let errors = try FileHandle(forWritingTo: complaints)
        process.standardError = errors
        let status = try await Self.ended(process)
        try errors.close()
        guard status != 0 else { return }
        let text = (try? String(contentsOf: complaints, encoding: .utf8)) ?? ""
        let first = text.split(separator: "\n").prefix(3).joined(separator: "; ")
        throw Failure(description: first.isEmpty ? "\(path) ended with \(status)" : first)
    }

    private static func ended(_ process: Process) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }
}
