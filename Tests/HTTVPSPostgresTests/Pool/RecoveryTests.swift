import Foundation
import HTTVPSTestSupport
import Testing

@testable import HTTVPSPostgres

@Suite("A server that goes away and comes back", .serialized)
struct RecoveryTests {
    private func withCluster(_ body: (PostgresCluster) async throws -> Void) async throws {
        let folder = "/tmp/httvps-test-\(UUID().uuidString.prefix(8))"
        let cluster = try await PostgresFixture.startCluster(folder: folder)
        do {
            try await body(cluster)
        } catch {
            await cluster.stop()
            try FileManager.default.removeItem(atPath: folder)
            throw error
        }
        await cluster.stop()
        try FileManager.default.removeItem(atPath: folder)
    }

    private func pool(_ cluster: PostgresCluster) throws -> PostgresPool {
        try TestDatabase(name: "postgres", cluster: cluster).pool { $0.waitTimeout = .seconds(120) }
    }

    @Test("killed in the middle of queries and started again: clear errors, then everything works")
    func killedAndRestarted() async throws {
        try await withCluster { cluster in
            let pool = try pool(cluster)
            let running = (0..<4).map { _ in Task { try await pool.run("SELECT pg_sleep(30)") } }
            let transaction = Task {
                try await pool.transaction { transaction in
                    try await transaction.execute("SELECT 1")
                    try await transaction.execute("SELECT pg_sleep(30)")
                }
            }
            try await eventually { pool.counts.busy == 4 && pool.counts.waiting == 1 }
            await cluster.crash()
            for task in running {
                let error = await #expect(throws: PostgresError.self) { try await task.value }
                #expect(error?.code == .databaseUnavailable)
            }
            let error = await #expect(throws: PostgresError.self) { try await transaction.value }
            #expect(error?.code == .databaseUnavailable)
            for _ in 0..<3 {
                let start = ContinuousClock.now
                let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT 1") }
                #expect(error?.code == .databaseUnavailable)
                #expect(start.duration(to: .now) < .seconds(60))
            }
            try await cluster.start()
            #expect(try await pool.first("SELECT 5 AS n")?.decode("n") == 5)
            await pool.shutdown()
        }
    }

    @Test("idle connections that died are not handed out, and the pool reconnects without being asked")
    func idleConnectionsDied() async throws {
        try await withCluster { cluster in
            let pool = try pool(cluster)
            _ = try await pool.run("SELECT 1")
            await cluster.stop()
            try await cluster.start()
            for _ in 0..<10 { _ = try await pool.run("SELECT 1") }
            await cluster.stop()
            try await eventually { pool.counts.idle == 0 }
            try await cluster.start()
            try await eventually { pool.counts.idle == 1 }
            await pool.shutdown()
        }
    }

    @Test("an administrator ends one connection: its transaction fails as unavailable, the next works")
    func terminatedBackend() async throws {
        try await withCluster { cluster in
            let pool = try pool(cluster)
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { transaction in
                    let pid = try await transaction.first("SELECT pg_backend_pid() AS pid")?.decode("pid", as: Int.self)
                    try await pool.execute("SELECT pg_terminate_backend(\(pid)::int)")
                    try await eventually { pool.counts.busy == 0 }
                    try await transaction.execute("SELECT 1")
                }
            }
            #expect(error?.code == .databaseUnavailable)
            _ = try await pool.run("SELECT 1")
            await pool.shutdown()
        }
    }

    @Test("queries that queue up in a transaction whose connection dies each get their error")
    func queuedInsideTransaction() async throws {
        try await withCluster { cluster in
            let pool = try pool(cluster)
            let transaction = Task {
                try await pool.transaction { transaction in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<5 { group.addTask { _ = try await transaction.run("SELECT pg_sleep(9)") } }
                        try await group.waitForAll()
                    }
                }
            }
            try await eventually {
                let row = try await pool.first(
                    """
                    SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity
                    WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()
                    """)
                return try row?.decode("n") == 1
            }
            let error = await #expect(throws: PostgresError.self) { try await transaction.value }
            #expect(error?.code == .databaseUnavailable)
            await pool.shutdown()
        }
    }

    @Test("a server that takes connections but is silent is given up")
    func silentServer() async throws {
        try await withCluster { cluster in
            cluster.pause()
            let pool = try TestDatabase(name: "postgres", cluster: cluster).pool {
                $0.connectTimeout = .seconds(3)
            }
            let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT 1") }
            #expect(error?.code == .databaseUnavailable)
            cluster.resume()
            try await eventually { try await pool.first("SELECT 1 AS n")?.decode("n") == 1 }
            await pool.shutdown()
        }
    }

    @Test("a data folder is used again, its data kept, and one folder takes one server only")
    func keepsData() async throws {
        try await withCluster { cluster in
            try await cluster.createDatabase("kept")
            await #expect(throws: PostgresClusterError.self) {
                _ = try await PostgresFixture.startCluster(folder: cluster.folderPath)
            }
            await cluster.stop()
            #expect(!cluster.isRunning)
            try await cluster.start()
            let pool = try TestDatabase(name: "kept", cluster: cluster).pool()
            #expect(try await pool.first("SELECT current_database() AS name")?.decode("name") == "kept")
            await pool.shutdown()
        }
    }
}
