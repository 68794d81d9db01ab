import Foundation
import Glibc
package import Logging
import Synchronization

package final class PostgresCluster: Sendable {
    package static let superuser = "httvps"

    private let configuration: PostgresClusterConfiguration
    private let programs: PostgresPrograms
    private let user: ServerUser
    private let folder: ClusterFolder
    private let logger: Logger
    private let server = Mutex<ServerProcess?>(nil)

    package init(configuration: PostgresClusterConfiguration, logger: Logger) throws(PostgresClusterError) {
        self.configuration = configuration
        self.logger = logger
        programs = try PostgresPrograms.find()
        user = try ServerUser.current()
        folder = ClusterFolder(requested: configuration.folder, user: user)
    }

    package var folderPath: String { folder.path }

    package var logPath: String { folder.log }

    package var isRunning: Bool { server.withLock { $0.map { !$0.hasEnded } ?? false } }

    package func start() async throws {
        guard !isRunning else { return }
        if let pid = folder.runningProcess {
            throw PostgresClusterError(
                .alreadyRunning, "a PostgreSQL server (process \(pid)) already runs in \(folder.path): stop it first")
        }
        try prepareFolders()
        if !folder.isInitialised { try await initialise() }
        let deadline = ContinuousClock.now + configuration.startTimeout
        while try await !launch(until: deadline) { try await Task.sleep(for: .milliseconds(100)) }
        logger.info("PostgreSQL runs", metadata: ["path": "\(folder.path)"])
    }

    package func joinsRunning() async throws -> Bool {
        let deadline = ContinuousClock.now + configuration.startTimeout
        while folder.runningProcess != nil {
            if await accepts() { return true }
            guard ContinuousClock.now < deadline else {
                throw PostgresClusterError(.startFailed, "PostgreSQL in \(folder.path) does not answer")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    package func stop() async {
        guard let process = server.withLock({ $0 }) else { return }
        process.signal(SIGINT)
        _ = await process.ended()
        server.withLock { $0 = nil }
    }

    package func crash() async {
        guard let process = server.withLock({ $0 }) else { return }
        process.signal(SIGKILL)
        _ = await process.ended()
        server.withLock { $0 = nil }
    }

    package func pause() { server.withLock { $0?.signal(SIGSTOP) } }

    package func resume() { server.withLock { $0?.signal(SIGCONT) } }

    package func dsn(database: String = "postgres") -> String {
        let safe = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        let host = folder.socketFolder.addingPercentEncoding(withAllowedCharacters: safe) ?? folder.socketFolder
        let name = database.addingPercentEncoding(withAllowedCharacters: safe) ?? database
        let port = configuration.tcpPort.map(Int.init) ?? ClusterFolder.socketPort
        return "postgresql://\(Self.superuser)@/\(name)?host=\(host)&port=\(port)"
    }

    package func tcpDSN(database: String = "postgres") -> String? {
        guard let port = configuration.tcpPort,
            let password = try? String(contentsOfFile: folder.password, encoding: .utf8)
        else { return nil }
        return "postgresql://\(Self.superuser):\(password)@127.0.0.1:\(port)/\(database)"
    }

    package func createDatabase(_ name: String, template: String = "template1") async throws {
        try await administer { session in
            let known = try await session.first("SELECT 1 AS one FROM pg_database WHERE datname = \(name)")
            guard known == nil else { return }
            let (new, old) = (SQLIdentifier.quoted(name), SQLIdentifier.quoted(template))
            try await session.execute("CREATE DATABASE \(unsafe: new) TEMPLATE \(unsafe: old)")
        }
    }

    package func dropDatabase(_ name: String) async throws {
        try await administer { session in
            try await session.execute("DROP DATABASE IF EXISTS \(unsafe: SQLIdentifier.quoted(name)) WITH (FORCE)")
        }
    }

    private func administer(_ body: @Sendable (PostgresSession) async throws -> Void) async throws {
        var settings = PostgresConfiguration(dsn: try PostgresDSN(dsn()))
        settings.maximumConnections = 1
        try await PostgresPool(configuration: settings, logger: logger).whileOpen { pool in
            try await pool.withConnection(statementTimeout: .seconds(60)) { try await body($0) }
        }
    }

    private func prepareFolders() throws(PostgresClusterError) {
        try user.createFolder(folder.path)
        try user.createFolder(folder.socketFolder)
        guard !FileManager.default.fileExists(atPath: folder.log) else { return }
        guard FileManager.default.createFile(atPath: folder.log, contents: nil) else {
            throw PostgresClusterError(.folderUnusable, "the file \(folder.log) cannot be written")
        }
        user.own(folder.log)
    }

    private func initialise() async throws {
        logger.info("Creating a private PostgreSQL cluster", metadata: ["path": "\(folder.path)"])
        let password = UUID().uuidString
        guard FileManager.default.createFile(atPath: folder.password, contents: Data(password.utf8)) else {
            throw PostgresClusterError(.folderUnusable, "the file \(folder.password) cannot be written")
        }
        user.own(folder.password)
        let command = user.command(
            [
                programs.initdb, "--pgdata=\(folder.data)", "--username=\(Self.superuser)", "--auth-local=trust",
                "--auth-host=scram-sha-256", "--pwfile=\(folder.password)", "--encoding=UTF8", "--locale=C.UTF-8",
            ] + (configuration.isDurable ? [] : ["--no-sync"]))
        let process = try ServerProcess(command: command, log: folder.log, discarding: nil)
        guard await process.ended() == 0 else {
            throw PostgresClusterError(.startFailed, "initdb failed: \(folder.logTail)")
        }
    }

    private func launch(until deadline: ContinuousClock.Instant) async throws -> Bool {
        let process = try ServerProcess(
            command: user.command(serverCommand), log: folder.log,
            discarding: configuration.isDiscardedAtEnd ? folder.path : nil)
        server.withLock { $0 = process }
        while !process.hasEnded {
            if await accepts() { return true }
            guard ContinuousClock.now < deadline else {
                await stop()
                throw PostgresClusterError(.startFailed, "PostgreSQL did not come up in time: \(folder.logTail)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        _ = await process.ended()
        server.withLock { $0 = nil }
        guard isLeftoverOfCrash, ContinuousClock.now < deadline else {
            throw PostgresClusterError(.startFailed, "PostgreSQL did not start: \(folder.logTail)")
        }
        return false
    }

    private var isLeftoverOfCrash: Bool {
        let tail = folder.logTail
        return tail.contains("pre-existing shared memory block") || tail.contains("lock file")
    }

    private var serverCommand: [String] {
        let port = configuration.tcpPort.map(Int.init) ?? ClusterFolder.socketPort
        let settings = configuration.serverSettings.sorted { $0.key < $1.key }.flatMap {
            ["-c", "\($0.key)=\($0.value)"]
        }
        return [programs.postgres, "-D", folder.data, "-k", folder.socketFolder, "-p", String(port)] + settings
    }

    private func accepts() async -> Bool {
        guard let dsn = try? PostgresDSN(dsn()) else { return false }
        var settings = PostgresConfiguration(dsn: dsn)
        settings.maximumConnections = 1
        settings.waitTimeout = .milliseconds(500)
        var quiet = logger
        quiet.logLevel = .critical
        guard let pool = try? PostgresPool(configuration: settings, logger: quiet) else { return false }
        let answer = try? await pool.first("SELECT 1 AS one")
        await pool.shutdown()
        return answer != nil
    }
}
