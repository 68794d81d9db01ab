import ArgumentParser
import HTTVPSBackend
import HTTVPSPostgres
import Logging

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database to the version of this program, or look where it stands.",
        subcommands: [Up.self, Down.self, Status.self, Verify.self, Plan.self])

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Apply every migration that is pending.")

        func run() async throws {
            try await CommandRun.withDatabase(as: .owner) { configuration, database, logger in
                let migrations = try MigrationFolder(path: configuration.migrationsPath).load()
                let outcome = try await SchemaUpgrade(
                    configuration: configuration, pool: database.pool, migrations: migrations, logger: logger
                ).run()
                for migration in outcome.applied { try CommandRun.say("applied \(migration.title)") }
                if outcome.applied.isEmpty { try CommandRun.say("nothing to do: the database is up to date") }
                if let warning = outcome.warning { CommandRun.complain("httvps-backend: \(warning)") }
            }
        }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Undo the newest migrations. The data of the dropped tables is lost.")

        @Option(help: "How many migrations to undo.")
        var steps = 1

        func validate() throws {
            if steps < 1 { throw ValidationError("--steps must be at least 1") }
        }

        func run() async throws {
            try await MigrateCommand.perform { migrator in
                let undone = try await migrator.down(steps: steps)
                for migration in undone { try CommandRun.say("undone \(migration.title)") }
                if undone.isEmpty { try CommandRun.say("nothing to do: no migration is applied") }
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the migrations and where each one stands.")

        func run() async throws {
            try await MigrateCommand.perform { migrator in
                for status in try await migrator.status() {
                    try CommandRun.say("\(MigrateCommand.word(for: status.state))  \(status.title)")
                }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fail unless every migration is applied and unchanged.")

        func run() async throws {
            try await MigrateCommand.perform { migrator in
                try await migrator.verify()
                try CommandRun.say("every migration is applied and unchanged")
            }
        }
    }

    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what \"migrate up\" would apply.")

        func run() async throws {
            try await MigrateCommand.perform { migrator in
                let pending = try await migrator.plan().pending
                for migration in pending { try CommandRun.say("would apply \(migration.title)") }
                if pending.isEmpty { try CommandRun.say("nothing to do: the database is up to date") }
            }
        }
    }

    private static func perform(_ body: (Migrator) async throws -> Void) async throws {
        try await CommandRun.withDatabase(as: .owner) { configuration, database, logger in
            let migrations = try MigrationFolder(path: configuration.migrationsPath).load()
            try await body(Migrator(pool: database.pool, migrations: migrations, logger: logger))
        }
    }

    private static func word(for state: MigrationStatus.State) -> String {
        switch state {
        case .applied: "applied"
        case .pending: "pending"
        case .changed: "CHANGED"
        case .missing: "MISSING"
        }
    }
}
