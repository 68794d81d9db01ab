import Foundation
import HTTVPSPostgres
import HTTVPSTestSupport

struct BackendHouse: Sendable {
    let database: TestDatabase
    let folder: ServiceFolder
    let settings: [String: String]
    let port: Int

    static func make(on database: TestDatabase) async throws -> BackendHouse {
        let ports = (try LoopbackPort.free(), try LoopbackPort.free())
        let settings = [
            "BACKEND_DB_DSN": database.dsn, "BACKEND_SECRET_KEY": UUID().uuidString, "BACKEND_PORT": String(ports.0),
            "BACKEND_METRICS_ADDR": "127.0.0.1:\(ports.1)", "BACKEND_MIGRATIONS_DIR": PostgresFixture.migrationsPath,
        ]
        let house = BackendHouse(database: database, folder: try ServiceFolder(), settings: settings, port: ports.0)
        _ = try await house.succeed(["migrate", "up"])
        return house
    }

    func run(
        _ arguments: [String], _ settings: [String: String]? = nil
    ) async throws -> (status: Int32, output: String) {
        try folder.write((settings ?? self.settings).map { "\($0)='\($1)'" })
        let process = try folder.start("httvps-backend", arguments)
        return (try await process.waitUntilExit(within: .seconds(180)), process.output)
    }

    func succeed(_ arguments: [String]) async throws -> String {
        let (status, output) = try await run(arguments)
        guard status == 0 else { throw LocalStack.Failure(description: "\(arguments): \(output)") }
        return output
    }

    func fill() async throws {
        let token = try await succeed(["admin-token", "create", "--role", "admin", "--name", "house"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let backend = try folder.start("httvps-backend", ["serve"])
        try await backend.waitUntilListening(on: port)
        for (path, body) in [
            ("regions", #"{"code":"eu","name":"Europe"}"#), ("users", #"{"email":"ada@example.test"}"#),
            (
                "outline-nodes",
                #"{"region":"eu","host":"192.0.2.1","port":8388,"method":"aes-256-gcm","password":"the-node-password"}"#
            ),
        ] {
            let answer = try await Curl.run(
                ["http://127.0.0.1:\(port)/api/v1/admin/\(path)", "-d", body],
                headers: ["Authorization: Bearer \(token)", "Content-Type: application/json"])
            guard answer.headers.contains(" 201 ") else { throw LocalStack.Failure(description: answer.text) }
        }
        await backend.terminate()
    }

    func dump(_ name: String) async throws -> String {
        let file = folder.url.appendingPathComponent(name).path
        let process = try ChildProcess(
            executable: "/usr/bin/pg_dump", arguments: ["--format=custom", "--file=\(file)", database.dsn])
        guard try await process.waitUntilExit(within: .seconds(120)) == 0 else {
            throw LocalStack.Failure(description: process.output)
        }
        return file
    }

    func scratchDatabases() async throws -> Int64 {
        try await database.withPool { pool in
            let row = try await pool.first(
                "SELECT count(*) AS n FROM pg_database WHERE datname LIKE 'httvps_verify_%'")
            return try row?.decode("n") ?? -1
        }
    }
}
