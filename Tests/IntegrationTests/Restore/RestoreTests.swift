import Foundation
import HTTVPSPostgres
import HTTVPSTestSupport
import Testing

@Suite("httvps-backend restore")
struct RestoreTests {
    @Test("proves a dump by restoring it, keeps it in a new database on demand, and says what is wrong with a bad one")
    func dumps() async throws {
        try await withDatabase(migrated: false) { database in
            let house = try await BackendHouse.make(on: database)
            try await house.fill()
            let dump = try await house.dump("good")
            let good = try await house.run(["restore", "--verify", dump])
            #expect(good.status == 0, "\(good.output)")
            for text in ["migrations", "all 1 can be opened", "events in", "1 users", "1 outline_nodes"] {
                #expect(good.output.contains(text), "\(text): \(good.output)")
            }
            try await Self.keepsNew(house, dump)
            try await Self.refuses(house, dump)
            try await Self.findsTampering(house, database)
            #expect(try await house.scratchDatabases() == 0)
        }
    }

    private static func keepsNew(_ house: BackendHouse, _ dump: String) async throws {
        let name = house.database.name + "_kept"
        let kept = try await house.run(["restore", "--database", name, dump])
        #expect(kept.status == 0 && kept.output.contains("restored into \(name)"), "\(kept.output)")
        let again = try await house.run(["restore", "--database", name, dump])
        #expect(again.status == 1 && again.output.contains("exists already"), "\(again.output)")
        let other = house.settings.merging(["BACKEND_DB_DSN": house.database.cluster.dsn(database: name)]) { $1 }
        let verified = try await house.run(["audit", "verify"], other)
        #expect(verified.status == 0, "\(verified.output)")
        try await house.database.cluster.dropDatabase(name)
    }

    private static func refuses(_ house: BackendHouse, _ dump: String) async throws {
        let secret = house.settings.merging(["BACKEND_SECRET_KEY": String(repeating: "y", count: 40)]) { $1 }
        let wrong = try await house.run(["restore", "--verify", dump], secret)
        #expect(wrong.status == 1 && wrong.output.contains("BACKEND_SECRET_KEY"), "\(wrong.output)")
        let half = house.folder.url.appendingPathComponent("half").path
        let bytes = try Data(contentsOf: URL(fileURLWithPath: dump))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: half))
        let cut = try await house.run(["restore", "--verify", half])
        #expect(cut.status == 1 && cut.output.contains("dump"), "\(cut.output)")
        let absent = try await house.run(["restore", "--verify", dump + ".no"])
        #expect(absent.status == 1 && absent.output.contains("is not there"), "\(absent.output)")
        #expect(try await house.run(["restore", dump]).status == 64)
    }

    private static func findsTampering(_ house: BackendHouse, _ database: TestDatabase) async throws {
        let event = try await database.withPool { pool in
            try await pool.transaction { transaction in
                try await transaction.execute("ALTER TABLE audit_events DISABLE TRIGGER ALL")
                let row = try await transaction.first(
                    """
                    UPDATE audit_events SET action = 'user.delete' WHERE id =
                        (SELECT id FROM audit_events WHERE action = 'user.create' ORDER BY id LIMIT 1) RETURNING id
                    """)
                try await transaction.execute("ALTER TABLE audit_events ENABLE TRIGGER ALL")
                return try row?.decode("id", as: String.self)
            }
        }
        let dump = try await house.dump("tampered")
        let found = try await house.run(["restore", "--verify", "--json", dump])
        let id = try #require(event)
        #expect(found.status == 1 && found.output.contains(id), "\(found.output)")
    }
}
