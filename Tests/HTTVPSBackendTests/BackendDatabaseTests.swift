import Foundation
import HTTVPSConfiguration
import HTTVPSPostgres
import HTTVPSTestSupport
import Testing

@testable import HTTVPSBackend

@Suite("The private cluster of development")
struct BackendDatabaseTests {
    @Test("A command beside a running serve joins its cluster and leaves it running; a second serve is refused")
    func joins() async throws {
        let folder = "/tmp/httvps-join-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let configuration = try configuration(clusterIn: folder)
        let first = try await BackendDatabase.open(configuration, joiningRunningCluster: true, logger: .quiet)
        #expect(first.cluster?.isRunning == true)
        let second = try await BackendDatabase.open(configuration, joiningRunningCluster: true, logger: .quiet)
        #expect(second.cluster == nil)
        _ = try await second.pool.first("SELECT 1 AS one")
        await second.close()
        _ = try await first.pool.first("SELECT 1 AS one")
        await #expect(throws: (any Error).self) {
            _ = try await BackendDatabase.open(configuration, logger: .quiet)
        }
        await first.close()
    }

    @Test("A statement that hangs is given up before a gateway stops waiting for the answer")
    func hanging() async throws {
        let folder = "/tmp/httvps-hang-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try await BackendDatabase.open(try configuration(clusterIn: folder), logger: .quiet)
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) {
            _ = try await database.pool.first("SELECT 1 AS one FROM pg_sleep(300)")
        }
        #expect(error?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(60))
        _ = try await database.pool.first("SELECT 1 AS one")
        await database.close()
    }

    private func configuration(clusterIn folder: String) throws -> BackendConfiguration {
        var configuration = try BackendConfiguration(
            Settings(
                environment: ["BACKEND_DEBUG": "true", "BACKEND_SECRET_KEY": String(repeating: "k", count: 32)],
                ownPrefixes: BackendConfiguration.ownPrefixes))
        configuration.database = .ownCluster(folder: folder)
        return configuration
    }
}
