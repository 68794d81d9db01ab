import ArgumentParser
import Foundation
import HTTVPSBackend
import HTTVPSPostgres

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Look at the backend's keys, replace them, seal things again.",
        discussion: """
            Keys lie in the database, sealed with BACKEND_SECRET_KEY. Running backends notice new keys by themselves.

            To replace BACKEND_SECRET_KEY: give every backend the new one, and the old one as \
            BACKEND_SECRET_KEY_PREVIOUS, and restart them one after the other; then "keys rewrap"; then take the old \
            one away.
            """,
        subcommands: [List.self, Rotate.self, Rewrap.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show every key, its state and its times.")

        func run() async throws {
            try await KeysCommand.perform { desk in
                for line in desk.list(at: Date()) { try CommandRun.say(line) }
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new key for each purpose, without a pause for anyone.",
            discussion: """
                New keys are published first and become active after the delay, when every backend has read them. What \
                lies encrypted in the database is then sealed again. Tokens of the old keys stay good until they end. \
                Stopped half-way, the command goes on where it was when it is called again before the new keys are \
                active; afterwards "keys rewrap" does the rest.
                """)

        @Option(name: .customLong("purpose"), help: "Only this one, may be repeated: \(KeysCommand.purposes).")
        var purposes: [KeyPurpose] = []

        @Option(help: "Seconds between publishing and use, longer than the backends' clocks differ.")
        var delaySec = 30

        func validate() throws {
            if let kept = purposes.first(where: { !KeyPurpose.rotated.contains($0) }) {
                throw ValidationError("\(kept.rawValue) is not rotated: what it made stands for good")
            }
            if !(10...86_400).contains(delaySec) { throw ValidationError("--delay-sec must be from 10 to 86400") }
        }

        func run() async throws {
            try await KeysCommand.perform { desk in
                try await desk.rotate(purposes.isEmpty ? KeyPurpose.rotated : purposes, delay: Double(delaySec))
            }
        }
    }

    struct Rewrap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seal the keys under BACKEND_SECRET_KEY and everything else under the active keys.",
            discussion: "May be stopped and called again at any time.")

        func run() async throws {
            try await KeysCommand.perform { desk in try await desk.rewrap() }
        }
    }

    private static let purposes = KeyPurpose.rotated.map(\.rawValue).joined(separator: ", ")

    private static func perform(_ body: (KeyDesk) async throws -> Void) async throws {
        try await CommandRun.withDatabase { configuration, database, logger in
            let migrations = try MigrationFolder(path: configuration.migrationsPath).load()
            try await Migrator(pool: database.pool, migrations: migrations, logger: logger).verify()
            let keys = try await KeyStore.keys(of: configuration, in: database)
            let store = KeyStore(pool: database.pool, ring: keys)
            try await body(KeyDesk(store: store, tokenLifetime: configuration.tokenLifetime))
        }
    }
}

extension KeyPurpose: ExpressibleByArgument {}
