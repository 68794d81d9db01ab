import Foundation
import HTTVPSConfiguration
import NIOCore
import Testing

@testable import HTTVPSBackend

@Suite("Configuration of the backend")
struct BackendConfigurationTests {
    private static func faults(_ environment: [String: String]) -> [String] {
        do {
            _ = try BackendConfiguration(
                Settings(environment: environment, ownPrefixes: BackendConfiguration.ownPrefixes))
            return []
        } catch {
            return (error as? ConfigurationError)?.faults.map(\.key) ?? ["\(error)"]
        }
    }

    @Test("Without a database and a key nothing starts, and every fault is named")
    func faults() {
        #expect(
            Self.faults(["BACKEND_PORT": "0x", "BACKEND_TRUSTED_PROXIES": "10.0.0.1,nonsense"]) == [
                "BACKEND_DB_DSN", "BACKEND_SECRET_KEY", "BACKEND_PORT", "BACKEND_TRUSTED_PROXIES",
            ])
    }

    @Test("A short key is refused")
    func shortKey() {
        #expect(
            Self.faults(["BACKEND_DB_DSN": "postgresql://a@b/c", "BACKEND_SECRET_KEY": "short"]) == [
                "BACKEND_SECRET_KEY"
            ])
    }

    @Test("A database address that is none is a fault of the configuration, and its value is not shown")
    func databaseAddress() {
        let environment = [
            "BACKEND_DB_DSN": "mysql://user:hunter2@host/db", "BACKEND_SECRET_KEY": String(repeating: "k", count: 32),
            "BACKEND_PORT": "0x",
        ]
        #expect(Self.faults(environment) == ["BACKEND_DB_DSN", "BACKEND_PORT"])
        let error = #expect(throws: ConfigurationError.self) {
            try BackendConfiguration(
                Settings(environment: environment, ownPrefixes: BackendConfiguration.ownPrefixes))
        }
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test("A port that is taken is said in a sentence that names the settings")
    func takenPort() {
        let error = ListenError(
            addresses: [ListenAddress(host: "127.0.0.1", port: 1)],
            cause: IOError(errnoCode: EADDRINUSE, reason: "bind"))
        #expect(
            error.description
                == "cannot_listen: cannot listen on 127.0.0.1:1 (BACKEND_HOST, BACKEND_PORT, BACKEND_METRICS_ADDR): "
                + "Address already in use")
    }

    @Test("Defaults are those of the documentation")
    func defaults() throws {
        let configuration = try BackendConfiguration(
            Settings(
                environment: [
                    "BACKEND_DB_DSN": "postgresql://a@b/c", "BACKEND_SECRET_KEY": String(repeating: "k", count: 32),
                ],
                ownPrefixes: BackendConfiguration.ownPrefixes))
        #expect(configuration.tokenAlgorithm == .hs256)
        #expect(configuration.tokenLifetime == 900)
        #expect(configuration.listen.port == 8_080)
        #expect(configuration.addressRequests == 1_200)
    }
}
