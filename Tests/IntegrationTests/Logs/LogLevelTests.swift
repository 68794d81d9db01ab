import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The log level of a running service")
struct LogLevelTests {
    @Test("of the backend follows .env on SIGHUP, keeps what it has when that has a fault, and SIGUSR1 toggles debug")
    func backend() async throws {
        try await withDatabase(migrated: false) { database in
            let folder = try ServiceFolder()
            let ports = (try LoopbackPort.free(), try LoopbackPort.free())
            let settings = [
                "BACKEND_DB_DSN=\(database.dsn)", "BACKEND_SECRET_KEY=\(UUID())", "BACKEND_PORT=\(ports.0)",
                "BACKEND_METRICS_ADDR=127.0.0.1:\(ports.1)",
                "BACKEND_MIGRATIONS_DIR=\(PostgresFixture.migrationsPath)",
            ]
            try folder.write(settings + ["BACKEND_LOG_LEVEL=info"])
            let migration = try folder.start("httvps-backend", ["migrate", "up"])
            #expect(try await migration.waitUntilExit(within: .seconds(120)) == 0, "\(migration.output)")
            let backend = try folder.start("httvps-backend", ["serve"])
            try await backend.waitUntilListening(on: ports.0)
            try await Self.changes(
                backend, folder, settings, key: "BACKEND_LOG_LEVEL", says: "the log level was read again")
            _ = try await Curl.run(["http://127.0.0.1:\(ports.0)/livez"])
            try await backend.waitUntilOutput(contains: #""route":"/livez""#)
            await backend.terminate()
            #expect(backend.exitStatus == 0)
        }
    }

    @Test("of the gateway follows .env on SIGHUP, keeps what it has when that has a fault, and SIGUSR1 toggles debug")
    func gateway() async throws {
        let folder = try ServiceFolder()
        let certificate = try await SiteCertificate.make()
        let ports = (try LoopbackPort.free(), try LoopbackPort.free())
        let settings = [
            "GATEWAY_TLS_CERT_PATH=\(certificate.certificate)", "GATEWAY_TLS_KEY_PATH=\(certificate.key)",
            "GATEWAY_LISTEN_ADDR=127.0.0.1:\(ports.0)", "GATEWAY_METRICS_ADDR=127.0.0.1:\(ports.1)",
            "GATEWAY_NODE_ID=gwy_test", "GATEWAY_TOKEN=hvg_test", "BACKEND_BASE_URL=http://127.0.0.1:9",
        ]
        try folder.write(settings + ["GATEWAY_LOG_LEVEL=info"])
        let gateway = try folder.start("httvps-gateway", ["serve"])
        try await gateway.waitUntilListening(on: ports.0)
        try await Self.changes(
            gateway, folder, settings, key: "GATEWAY_LOG_LEVEL", says: "the configuration was read again")
        await gateway.terminate()
        #expect(gateway.exitStatus == 0)
    }

    private static func changes(
        _ service: ChildProcess, _ folder: ServiceFolder, _ settings: [String], key: String, says sentence: String
    ) async throws {
        try folder.write(settings + ["\(key)=loud"])
        service.signal(SIGHUP)
        try await service.waitUntilOutput(contains: "a setting has a fault; nothing was changed")
        #expect(!service.output.contains(#""level":"debug""#))
        try folder.write(settings + ["\(key)=notice"])
        service.signal(SIGHUP)
        try await service.waitUntilOutput(contains: sentence)
        for state in ["debug", "notice", "debug"] {
            let count = service.output.components(separatedBy: "the log level has changed").count
            service.signal(SIGUSR1)
            let isSaid = try await Poll.until(within: .seconds(60)) {
                service.output.components(separatedBy: "the log level has changed").count > count
            }
            #expect(isSaid && service.output.contains(#""state":"\#(state)""#), "\(service.output)")
        }
    }
}
