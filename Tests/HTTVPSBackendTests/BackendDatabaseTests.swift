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
        var configuration = try BackendConfiguration(
            Settings(
                environment: ["BACKEND_DEBUG": "true", "BACKEND_SECRET_KEY": String(repeating: "k", count: 32)],
                ownPrefixes: BackendConfiguration.ownPrefixes))
        configuration.database = .ownCluster(folder: folder)
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
}
