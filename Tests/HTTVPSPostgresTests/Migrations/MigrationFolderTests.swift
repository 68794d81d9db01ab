import Foundation
import HTTVPSTestSupport
import Testing

@testable import HTTVPSPostgres

@Suite("A folder of migrations")
struct MigrationFolderTests {
    private func load(_ files: [String: String]) throws -> [Migration] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("migrations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        return try MigrationFolder(path: folder.path).load()
    }

    @Test("is read in order, with its checksums")
    func loads() throws {
        let migrations = try load([
            "0002_b.sql": "abc", "0002_b.down.sql": "d", "0001_a.sql": "", "0001_a.down.sql": "", "README.md": "",
        ])
        #expect(migrations.map(\.title) == ["0001_a", "0002_b"])
        #expect(migrations[1].checksum == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(
        "faults are named",
        arguments: [
            (["1_a.sql"], .badName), (["0001_a.sql"], .noWayDown), (["0001_a.down.sql"], .missing),
            (["0001_a.sql", "0001_b.down.sql"], .noWayDown),
            (["0001_a.sql", "0001_a.down.sql", "0001_b.sql", "0001_b.down.sql"], .duplicate),
            (["0002_a.sql", "0002_a.down.sql"], .gap),
            (["0001_a.sql", "0001_a.down.sql", "0003_a.sql", "0003_a.down.sql"], .gap),
        ] as [([String], MigrationError.Code)])
    func faults(files: [String], code: MigrationError.Code) {
        let error = #expect(throws: MigrationError.self) {
            try load(Dictionary(uniqueKeysWithValues: files.map { ($0, "") }))
        }
        #expect(error?.code == code)
    }

    @Test("one that is not there is named")
    func absent() {
        let error = #expect(throws: MigrationError.self) { try MigrationFolder(path: "/nowhere/at/all").load() }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("/nowhere/at/all") == true)
    }

    @Test("the project's own is in order")
    func ownMigrations() throws {
        #expect(try !MigrationFolder(path: PostgresFixture.migrationsPath).load().isEmpty)
    }
}
