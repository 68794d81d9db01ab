import Foundation
import HTTVPSTestSupport

struct HiddenSite: Sendable {
    static let address = "127.77.31.9"

    let process: ChildProcess
    let directory: URL
    let port: Int

    static func start(_ files: [String: Data]) async throws -> HiddenSite {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-hidden-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, content) in files { try content.write(to: directory.appendingPathComponent(name)) }
        let port = try LoopbackPort.free()
        let process = try ChildProcess(
            executable: "/usr/bin/env",
            arguments: [
                "python3", "-m", "http.server", "--bind", address, "--directory", directory.path, String(port),
            ])
        let site = HiddenSite(process: process, directory: directory, port: port)
        _ = try await Poll.until(within: .seconds(60), every: .milliseconds(100)) {
            try await Curl.run([site.url("")]).status == 0
        }
        return site
    }

    func url(_ name: String) -> String { "http://\(Self.address):\(port)/\(name)" }

    func stop() async {
        await process.terminate()
        try? FileManager.default.removeItem(at: directory)
    }
}
