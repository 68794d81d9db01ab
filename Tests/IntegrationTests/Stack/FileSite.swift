import Foundation
import HTTVPSTestSupport

struct FileSite: Sendable {
    let process: ChildProcess
    let directory: URL
    let port: Int

    static func start(files: [String: Data]) async throws -> FileSite {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-site-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, content) in files { try content.write(to: directory.appendingPathComponent(name)) }
        let port = try LoopbackPort.free()
        let process = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: [
                "python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", directory.path, String(port),
            ])
        try await process.waitUntilListening(on: port)
        return FileSite(process: process, directory: directory, port: port)
    }

    static func serving<Result>(_ files: [String: Data], _ body: (FileSite) async throws -> Result) async throws
        -> Result
    {
        let site = try await start(files: files)
        do {
            let result = try await body(site)
            await site.stop()
            return result
        } catch {
            await site.stop()
            throw error
        }
    }

    func url(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }

    func stop() async {
        await process.terminate()
        try? FileManager.default.removeItem(at: directory)
    }

    static func noise(_ count: Int) -> Data {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var words: [UInt64] = []
        words.reserveCapacity(count / 8 + 1)
        for _ in 0...(count / 8) {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            words.append(state)
        }
        return words.withUnsafeBytes { Data($0.prefix(count)) }
    }
}
