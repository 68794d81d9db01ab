import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import HTTVPSTestSupport
import Testing

@testable import HTTVPSBackend

@Suite("Health")
struct HealthTests {
    @Test("Probes answer while all is well, and draining is said")
    func probes() async throws {
        try await World.run { world in
            #expect(try await world.get("/livez").status == 200)
            #expect(try await world.get("/readyz").status == 200)
            #expect(try await world.get("/api/v1/health").text("status") == "ok")
            world.core.readiness.enter(.draining)
            let reply = try await world.get("/readyz")
            #expect(reply.status == 503 && reply.text("code") == "draining")
        }
    }

    @Test("A backend that runs while a newer one migrates the database stays in service")
    func newerSchema() async throws {
        try await ApplicationDatabase.run(maximumConnections: 16) { pool, database in
            try await World.run(on: pool) { world in
                try await world.addNode("oln_1")
                _ = try await database.withPool(maximumConnections: 1) { owner in
                    try await owner.execute(
                        """
                        INSERT INTO schema_migrations (version, name, checksum, duration_ms)
                        VALUES (9999, 'next', 'x', 1)
                        """)
                }
                #expect(try await world.get("/readyz").status == 200)
                let page = try await world.fleetPage()
                #expect(page.contains("httvps_backend_database_up 1") && page.contains(#"node_id="oln_1""#))
            }
        }
    }

    @Test("While the database is away requests get 503, and all goes on when it is back")
    func outage() async throws {
        let folder = "/tmp/httvps-outage-\(UUID().uuidString)"
        let cluster = try await PostgresFixture.startCluster(folder: folder)
        let database = TestDatabase(name: "postgres", cluster: cluster)
        try await database.withPool(maximumConnections: 16) { pool in
            let migrations = try MigrationFolder(path: PostgresFixture.migrationsPath).load()
            _ = try await Migrator(pool: pool, migrations: migrations, logger: .quiet).up()
            try await World.run(on: pool) { world in
                try await world.addPlan()
                try await world.addNode("oln_1")
                try await world.addUser("a")
                let token = try await world.tokens(of: "dev_a1").accessToken
                #expect(try await world.validate("dev_a1", token: token).status == 200)
                await cluster.stop()
                let reply = try await world.validate("dev_a1", token: token)
                #expect(reply.status == 503 && reply.text("code") == "database_unavailable")
                #expect(reply.headers[.retryAfter] != nil)
                #expect(try await world.get("/livez").status == 200)
                #expect(try await world.get("/readyz").text("code") == "database_unavailable")
                #expect(try await world.fleetPage().contains("httvps_backend_database_up 0"))
                try await cluster.start()
                try await eventually { try await world.validate("dev_a1", token: token).status == 200 }
                #expect(try await world.get("/readyz").status == 200)
                let page = try await world.fleetPage()
                #expect(page.contains("httvps_backend_database_up 1") && page.contains(#"node_id="oln_1""#))
            }
        }
        await cluster.stop()
        try FileManager.default.removeItem(atPath: folder)
    }
}
