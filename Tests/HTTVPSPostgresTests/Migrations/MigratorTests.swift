import HTTVPSTestSupport
import Logging
import Testing

@testable import HTTVPSPostgres

@Suite("Migrating a real database")
struct MigratorTests {
    private let files = [
        Migration(
            version: 1, name: "users", up: "CREATE TABLE users (id int); INSERT INTO users VALUES (1);\n-- 'end;",
            down: "DROP TABLE users"),
        Migration(
            version: 2, name: "names", up: "ALTER TABLE users ADD COLUMN name text",
            down: "ALTER TABLE users DROP COLUMN name"),
    ]

    private func migrator(_ pool: PostgresPool, _ files: [Migration]) -> Migrator {
        var limits = Migrator.Limits()
        limits.lock = .milliseconds(100)
        return Migrator(pool: pool, migrations: files, limits: limits, logger: .quiet)
    }

    private func columns(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            "SELECT column_name::text AS name FROM information_schema.columns WHERE table_name = 'users' ORDER BY 1"
        ).map { try $0.decode("name") }
    }

    @Test("goes up, down and up again")
    func upDownUp() async throws {
        try await withPool(migrated: false) { pool in
            let migrator = migrator(pool, files)
            #expect(try await !migrator.isCurrent())
            #expect(try await migrator.plan().pending == files)
            #expect(try await migrator.up() == files)
            #expect(try await columns(pool) == ["id", "name"])
            #expect(try await migrator.up() == [])
            try await migrator.verify()
            #expect(try await migrator.down() == [files[1]])
            #expect(try await columns(pool) == ["id"])
            let behind = await #expect(throws: MigrationError.self) { try await migrator.verify() }
            #expect(behind?.code == .pending)
            #expect(try await migrator.down(steps: 9) == [files[0]])
            #expect(try await columns(pool) == [])
            #expect(try await migrator.up() == files)
            #expect(try await migrator.isCurrent())
        }
    }

    @Test("two runs at once both end well, and each file is applied once")
    func concurrentRuns() async throws {
        try await withPool(migrated: false) { pool in
            let counted =
                files + [
                    Migration(version: 3, name: "slow", up: "INSERT INTO users SELECT 2 FROM pg_sleep(0.3)", down: "")
                ]
            let migrator = migrator(pool, counted)
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 { group.addTask { try await migrator.up().count } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(applied.sorted() == [0, 3])
            #expect(try await pool.first("SELECT count(*) AS n FROM users")?.decode("n") == 2)
        }
    }

    @Test("a run does not wait for ever for another one")
    func lockHeld() async throws {
        try await withPool(migrated: false) { pool in
            try await pool.withConnection { session in
                try await session.execute("SELECT pg_advisory_lock(\(MigrationLock.key))")
                var limits = Migrator.Limits()
                limits.runLock = .milliseconds(250)
                let migrator = Migrator(pool: pool, migrations: files, limits: limits, logger: .quiet)
                let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
                #expect(error?.code == .locked)
            }
        }
    }

    @Test("changed and missing files are refused, and nothing is done")
    func changedFile() async throws {
        try await withPool(migrated: false) { pool in
            try await migrator(pool, [files[0]]).up()
            var changed = files
            changed[0].up += " "
            for (wrong, code) in [(changed, MigrationError.Code.changed), ([], .newer)] {
                let up = await #expect(throws: MigrationError.self) { try await migrator(pool, wrong).up() }
                let verify = await #expect(throws: MigrationError.self) { try await migrator(pool, wrong).verify() }
                let down = await #expect(throws: MigrationError.self) { try await migrator(pool, wrong).down() }
                #expect([up?.code, verify?.code, down?.code] == [code, code, code])
            }
            #expect(try await columns(pool) == ["id"])
        }
    }

    @Test("a file that fails half-way leaves nothing, and the error names file and line")
    func failing() async throws {
        try await withPool(migrated: false) { pool in
            let broken = Migration(
                version: 2, name: "broken", up: "CREATE TABLE left_over (a int);\n\nSELEC 1;", down: "")
            let error = await #expect(throws: MigrationError.self) {
                try await migrator(pool, [files[0], broken]).up()
            }
            #expect(error?.code == .failed)
            #expect(error?.message.contains("0002_broken.sql, line 3") == true)
            let leftOver = try await pool.query("SELECT 1 FROM pg_class WHERE relname = 'left_over'")
            #expect(leftOver.isEmpty)
            let plan = try await migrator(pool, files).plan()
            #expect(plan.applied == [files[0]])
        }
    }

    @Test("a lock that stays taken ends the run, and the next one works")
    func lockTimeout() async throws {
        try await withPool(migrated: false) { pool in
            try await migrator(pool, [files[0]]).up()
            try await pool.transaction { transaction in
                try await transaction.execute("LOCK TABLE users")
                let error = await #expect(throws: MigrationError.self) { try await migrator(pool, files).up() }
                #expect(error?.code == .failed)
                #expect((error?.cause as? PostgresError)?.code == .lockTimeout)
            }
            #expect(try await migrator(pool, files).up() == [files[1]])
        }
    }

    @Test("a file that ends its own transaction is refused")
    func ownTransaction() async throws {
        try await withPool(migrated: false) { pool in
            let sly = Migration(version: 1, name: "sly", up: "COMMIT; BEGIN; SELECT 1", down: "")
            let error = await #expect(throws: MigrationError.self) { try await migrator(pool, [sly]).up() }
            #expect(error?.message.contains("COMMIT") == true)
            let plan = try await migrator(pool, [sly]).plan()
            #expect(plan.pending == [sly])
        }
    }

    @Test("the project's own migrations go up, down and up again")
    func ownMigrations() async throws {
        let own = try MigrationFolder(path: PostgresFixture.migrationsPath).load()
        try await withPool(migrated: false) { pool in
            let migrator = migrator(pool, own)
            try await migrator.up()
            try await migrator.down(steps: own.count)
            let left = try await pool.query(
                """
                SELECT relname::text AS name FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema_migrations%'
                """)
            #expect(left.isEmpty)
            try await migrator.up()
            try await migrator.verify()
        }
    }

    @Test("the fixture's template has them")
    func template() async throws {
        let own = try MigrationFolder(path: PostgresFixture.migrationsPath).load()
        let isCurrent = try await withPool { pool in try await migrator(pool, own).isCurrent() }
        #expect(isCurrent)
    }
}
