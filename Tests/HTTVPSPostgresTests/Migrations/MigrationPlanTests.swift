import Foundation
import Testing

@testable import HTTVPSPostgres

@Suite("What is to be migrated")
struct MigrationPlanTests {
    private let files = [
        Migration(version: 1, name: "users", up: "CREATE", down: "DROP"),
        Migration(version: 2, name: "plans", up: "CREATE 2", down: "DROP 2"),
        Migration(version: 3, name: "nodes", up: "CREATE 3", down: "DROP 3"),
    ]

    private func applied(_ migrations: Migration...) -> [AppliedMigration] {
        migrations.map {
            AppliedMigration(version: $0.version, name: $0.name, checksum: $0.checksum, appliedAt: .distantPast)
        }
    }

    private func code(_ files: [Migration], _ applied: [AppliedMigration]) -> MigrationError.Code? {
        #expect(throws: MigrationError.self) { try MigrationPlan(files: files, applied: applied) }?.code
    }

    @Test("what was not applied is pending, in order")
    func pending() throws {
        let plan = try MigrationPlan(files: files, applied: applied(files[0]))
        #expect(plan.applied == [files[0]])
        #expect(plan.pending == [files[1], files[2]])
    }

    @Test("an applied file that was changed, renamed or taken away is refused")
    func changedOrMissing() {
        var changed = files[0]
        changed.up += " "
        var renamed = files[0]
        renamed.name = "people"
        #expect(code(files, applied(changed)) == .changed)
        #expect(code(files, applied(renamed)) == .changed)
        #expect(code([files[1], files[2]], applied(files[0])) == .missing)
        #expect(code([files[0]], applied(files[0], files[1])) == .newer)
    }

    @Test("a file that comes before what was applied is refused")
    func outOfOrder() {
        #expect(code(files, applied(files[0], files[2])) == .outOfOrder)
    }

    @Test("the status names every state")
    func status() {
        var changed = files[1]
        changed.up = "other"
        let unknown = Migration(version: 9, name: "later", up: "", down: "")
        let list = MigrationStatus.list(files: files, applied: applied(files[0], changed, unknown))
        #expect(
            list.map(\.state) == [
                .applied(at: .distantPast), .changed(at: .distantPast), .pending, .missing(at: .distantPast),
            ])
    }

    @Test(
        "names of files have one form",
        arguments: [
            "1_users.sql", "0000_x.sql", "0001.sql", "0001_.sql", "0001_Users.sql", "0001-users.sql", "٠٠٠١_users.sql",
            "0001_users.up.sql", "00001_users.sql",
        ])
    func badNames(name: String) {
        #expect(MigrationFileName(name) == nil)
    }
}
