import ArgumentParser
import Foundation
import HTTVPSBackend
import HTTVPSConfiguration
import HTTVPSObservability
import Logging

enum CommandRun {
    @Sendable static func configuration() throws -> BackendConfiguration {
        try BackendConfiguration(Settings.load(ownPrefixes: BackendConfiguration.ownPrefixes, yamlPath: nil))
    }

    static func perform(_ body: (BackendConfiguration, Logger, LogThreshold) async throws -> Void) async throws {
        do {
            let configuration = try configuration()
            let threshold = Bootstrap.logging(level: configuration.logLevel, format: configuration.logFormat)
            try await body(configuration, Logger(label: "httvps-backend"), threshold)
        } catch let error as ConfigurationError {
            complain(error.message)
            throw ExitCode(ExitStatus.configuration)
        } catch let error as KeyError where error.code == .wrongSecret {
            complain("httvps-backend: \(error.message)")
            throw ExitCode(ExitStatus.configuration)
        } catch let code as ExitCode {
            throw code
        } catch {
            complain("httvps-backend: \(error)")
            throw ExitCode(ExitStatus.failure)
        }
    }

    static func withDatabase(
        as access: BackendDatabase.Access = .application,
        _ body: (BackendConfiguration, BackendDatabase, Logger) async throws -> Void
    ) async throws {
        try await perform { configuration, logger, _ in
            let database = try await BackendDatabase.open(
                configuration, as: access, joiningRunningCluster: true, logger: logger)
            do {
                try await body(configuration, database, logger)
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    static func say(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            complain("httvps-backend: the output cannot be written: \(String(cString: strerror(errno)))")
            throw ExitCode(ExitStatus.failure)
        }
    }

    static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}
