import Foundation

package struct ShadowsocksServer: Sendable {
    package static let executable = "/usr/bin/ss-server"

    package let port: Int
    package let method: String
    package let password: String
    package let process: ChildProcess

    package static func start(
        method: String = "chacha20-ietf-poly1305", password: String = "test-password", relaysUDP: Bool = false,
        port: Int? = nil
    ) async throws -> ShadowsocksServer {
        let port = try port ?? LoopbackPort.free()
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("ss-server-\(UUID()).json")
        let configuration = [
            "server": "127.0.0.1", "server_port": String(port), "method": method, "password": password,
        ]
        try JSONEncoder().encode(configuration).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let options = relaysUDP ? ["-u"] : []
        let process = try ChildProcess(executable: executable, arguments: ["-c", file.path, "-t", "120"] + options)
        try await process.waitUntilListening(on: port)
        return ShadowsocksServer(port: port, method: method, password: password, process: process)
    }

    package func stop() async { await process.terminate() }
}
