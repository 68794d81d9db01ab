import ArgumentParser
import HTTVPSBackend
import HTTVPSConfiguration
import HTTVPSObservability
import Logging

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restore a dump into a new database, or only prove that it can be restored.",
        discussion: """
            FILE is what pg_dump --format=custom wrote. It is restored on the server of BACKEND_MIGRATION_DSN (or \
            BACKEND_DB_DSN), whose account may create databases; a database that exists is never touched. Then \
            migrations, keys, node secrets, the audit log and the contents are looked at. With --verify the database is \
            dropped again. Exit code 1 when something fails; the new database is dropped then, too.
            """)

    @Argument(help: "The dump.", completion: .file())
    var file: String

    @Flag(help: "Restore into a database that is dropped at the end.")
    var verify = false

    @Option(help: "The new database, which must not exist yet.")
    var database: String?

    @Flag(help: "Print JSON, for programs.")
    var json = false

    func validate() throws {
        if verify == (database != nil) { throw ValidationError("give either --verify or --database NAME") }
    }

    func run() async throws {
        try await CommandRun.perform { configuration, logger, threshold in
            threshold.set(.error)
            let restore = try DatabaseRestore(configuration, logger: logger)
            let report = try await restore.run(file: file, goal: database.map { .keep(database: $0) } ?? .verify)
            try CommandRun.say(json ? report.json : report.table)
            guard report.isWell else { throw ExitCode(ExitStatus.failure) }
            if let database, !json {
                try CommandRun.say("restored into \(database): name it in BACKEND_DB_DSN and BACKEND_MIGRATION_DSN")
            }
        }
    }
}
