import Foundation
import HTTVPSTestSupport
import Testing

@Suite("health")
struct HealthCommandTests {
    @Test("of the gateway is 0 while it takes sessions and 1 when nothing is there")
    func gateway() async throws {
        let folder = try ServiceFolder()
        let certificate = try await SiteCertificate.make()
        let ports = (try LoopbackPort.free(), try LoopbackPort.free())
        try folder.write([
            "GATEWAY_TLS_CERT_PATH=\(certificate.certificate)", "GATEWAY_TLS_KEY_PATH=\(certificate.key)",
            "GATEWAY_LISTEN_ADDR=127.0.0.1:\(ports.0)", "GATEWAY_METRICS_ADDR=0.0.0.0:\(ports.1)",
            "GATEWAY_NODE_ID=gwy_test", "GATEWAY_TOKEN=hvg_test", "BACKEND_BASE_URL=http://127.0.0.1:9",
        ])
        #expect(try await ask("httvps-gateway", folder).status == 1)
        let gateway = try folder.start("httvps-gateway", ["serve"])
        try await gateway.waitUntilListening(on: ports.0)
        try await gateway.waitUntilListening(on: ports.1)
        let answer = try await ask("httvps-gateway", folder)
        #expect(answer.status == 0 && answer.output.isEmpty, "\(answer.output)")
        await gateway.terminate()
        let silence = try await ask("httvps-gateway", folder)
        #expect(silence.status == 1 && silence.output.contains("does not answer"), "\(silence.output)")
    }

    @Test("of the backend is 1 while the database is away, and with --live 0")
    func backend() async throws {
        let folder = try ServiceFolder()
        let ports = (try LoopbackPort.free(), try LoopbackPort.free(), try LoopbackPort.free())
        try folder.write([
            "BACKEND_DB_DSN=postgresql://nobody:nothing@127.0.0.1:\(ports.2)/none", "BACKEND_SECRET_KEY=\(UUID())",
            "BACKEND_PORT=\(ports.0)", "BACKEND_METRICS_ADDR=127.0.0.1:\(ports.1)",
            "BACKEND_MIGRATIONS_DIR=\(PostgresFixture.migrationsPath)",
        ])
        let backend = try folder.start("httvps-backend", ["serve"])
        try await backend.waitUntilListening(on: ports.0)
        let answer = try await ask("httvps-backend", folder)
        #expect(answer.status == 1 && answer.output.contains("database_unavailable"), "\(answer.output)")
        #expect(try await ask("httvps-backend", folder, "--live").status == 0)
        await backend.terminate()
        try folder.write(["BACKEND_PORT=none"])
        #expect(try await ask("httvps-backend", folder).status == 78)
    }

    private func ask(
        _ program: String, _ folder: ServiceFolder, _ options: String...
    ) async throws -> (status: Int32, output: String) {
        let process = try folder.start(program, ["health"] + options)
        return (try await process.waitUntilExit(within: .seconds(60)), process.output)
    }
}
