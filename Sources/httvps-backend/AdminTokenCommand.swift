import ArgumentParser
import Foundation
import HTTVPSBackend
import HTTVPSPostgres
import Logging

struct AdminTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin-token", abstract: "Tokens for operators.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an API token and print it, once.",
            discussion: "Nothing but the token is printed, so that TOKEN=$(httvps-backend admin-token create …) works.")

        @Option(help: "What the token may do: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
        var role: Role

        @Option(help: "A name to know the token by, 1 to 200 characters.")
        var name: String

        @Option(help: "Days until the token expires.")
        var days = 90

        func validate() throws {
            if !ApiTokenIssuer.isName(name) {
                throw ValidationError("--name must have 1 to 200 characters and no control characters")
            }
            if !(1...3_650).contains(days) { throw ValidationError("--days must be from 1 to 3650") }
        }

        func run() async throws {
            try await CommandRun.withDatabase { configuration, database, logger in
                let migrations = try MigrationFolder(path: configuration.migrationsPath).load()
                let migrator = Migrator(pool: database.pool, migrations: migrations, logger: logger)
                try await migrator.verify()
                let keys = try await KeyStore.keys(of: configuration, in: database)
                let issuer = ApiTokenIssuer(pool: database.pool, keys: keys)
                try CommandRun.say(try await issuer.create(name: name, role: role, days: days, at: Date()))
            }
        }
    }
}

extension Role: ExpressibleByArgument {}
