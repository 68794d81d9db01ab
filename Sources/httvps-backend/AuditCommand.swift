import ArgumentParser
import Foundation
import HTTVPSBackend
import HTTVPSConfiguration
import HTTVPSObservability
import Logging

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Check and export the audit log.", subcommands: [Verify.self, Export.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that no event was changed, put in, moved or taken away.",
            discussion: """
                Walks the whole chain. When an event does not fit, prints its id alone, says why on standard error, and \
                ends with 1. An export is checked without a database; with BACKEND_SECRET_KEY its signatures too, \
                without it the hashes.
                """)

        @Option(help: "Check an export instead of the database.")
        var file: String?

        @Option(help: "A hash that an earlier run or the log of serve has shown: it must still be in the chain.")
        var hash: String?

        func validate() throws {
            if let hash, AuditInspection.bytes(ofHash: hash) == nil {
                throw ValidationError("--hash must be the 64 hexadecimal digits that an earlier run printed")
            }
        }

        func run() async throws {
            let wanted = hash.flatMap(AuditInspection.bytes(ofHash:))
            if let file {
                try AuditCommand.report { try AuditFile(path: file, secret: Self.secret).verify(wantedHash: wanted) }
                if Self.secret == nil {
                    CommandRun.complain("without BACKEND_SECRET_KEY the signatures were not checked, only the hashes")
                }
                return
            }
            try await CommandRun.withDatabase { configuration, database, _ in
                let keys = try await KeyStore.keys(of: configuration, in: database)
                let inspection = AuditInspection(pool: database.pool, keys: keys)
                let report: Result<AuditInspection.Report, any Error>
                do {
                    report = .success(try await inspection.verify(wantedHash: wanted))
                } catch {
                    report = .failure(error)
                }
                try AuditCommand.report { try report.get() }
            }
        }

        private static var secret: Secret? {
            var settings = Settings.load(ownPrefixes: BackendConfiguration.ownPrefixes, yamlPath: nil)
            return settings.secret("BACKEND_SECRET_KEY", expected: "the key of the backend")
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write every event and block as lines of JSON, in the order of the chain.")

        @Option(help: "The file to write, which must not exist yet. Default: standard output.")
        var output: String?

        func run() async throws {
            try await CommandRun.withDatabase { configuration, database, _ in
                let handle = try Self.handle(output)
                let keys = try await KeyStore.keys(of: configuration, in: database)
                try await AuditInspection(pool: database.pool, keys: keys).export { line in
                    try handle.write(contentsOf: Data((line + "\n").utf8))
                }
                try handle.synchronizeFileOf(output)
            }
        }

        private static func handle(_ path: String?) throws -> FileHandle {
            guard let path else { return .standardOutput }
            let isFree = !FileManager.default.fileExists(atPath: path)
            guard isFree,
                FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            else {
                CommandRun.complain("\(path) exists already or cannot be written")
                throw ExitCode(ExitStatus.failure)
            }
            return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        }
    }

    private static func report(_ verify: () throws -> AuditInspection.Report) throws {
        do {
            let report = try verify()
            try CommandRun.say(
                "\(report.sealedEvents) events in \(report.blocks) blocks fit, "
                    + "\(report.unsealedEvents) wait for their block; the last block is \(report.head)")
        } catch let fault as AuditFault {
            if let event = fault.eventID { try CommandRun.say(event) }
            CommandRun.complain(fault.message)
            throw ExitCode(ExitStatus.failure)
        }
    }
}

extension FileHandle {
    fileprivate func synchronizeFileOf(_ path: String?) throws {
        guard path != nil else { return }
        try synchronize()
        try close()
    }
}
