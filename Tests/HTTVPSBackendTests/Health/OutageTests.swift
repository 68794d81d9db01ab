import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import HTTVPSTestSupport
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSBackend

@Suite("PostgreSQL goes away under load")
struct OutageTests {
    @Test(
        "Every answer meanwhile is the work done or a 503 that says when to ask again; then every byte is counted once")
    func stoppedAndPaused() async throws {
        try await Self.withCluster { cluster, folder, world in
            let sessions = try await Self.openSessions(4, world)
            let tally = OutageTally()
            let total = try await withThrowingTaskGroup(of: Int64.self) { group in
                for session in sessions { group.addTask { try await Self.report(session, world, tally) } }
                try await eventually { tally.done >= 8 }
                await cluster.stop()
                try await eventually { tally.refused >= 8 }
                try await Self.askEveryRoute(world)
                try await cluster.start()
                let before = (tally.done, tally.refused)
                try await eventually { tally.done >= before.0 + 8 }
                try await Self.signalServer("STOP", in: folder)
                try await eventually { tally.refused >= before.1 + 4 }
                #expect(try await world.get("/livez").status == 200)
                let ready = try await world.get("/readyz")
                #expect(ready.status == 503 && ready.text("code") == "database_unavailable")
                try await Self.signalServer("CONT", in: folder)
                let paused = tally.done
                try await eventually { tally.done >= paused + 8 }
                tally.end()
                return try await group.reduce(0, +)
            }
            #expect(tally.strange == [])
            #expect(try await world.get("/readyz").status == 200)
            #expect(try await world.number("SELECT sum(bytes_up)::bigint AS n FROM usage_hourly") == total)
            #expect(try await world.number("SELECT sum(bytes_up)::bigint AS n FROM sessions") == total)
            #expect(try await world.number("SELECT sum(bytes_used)::bigint AS n FROM subscription_usage") == total)
        }
    }
}

extension OutageTests {
    private static func withCluster(_ body: @escaping @Sendable (PostgresCluster, String, World) async throws -> Void)
        async throws
    {
        let folder = "/tmp/httvps-outage-\(UUID().uuidString)"
        let cluster = try await PostgresFixture.startCluster(folder: folder)
        let database = TestDatabase(name: "postgres", cluster: cluster)
        try await database.withPool { pool in
            let migrations = try MigrationFolder(path: PostgresFixture.migrationsPath).load()
            _ = try await Migrator(pool: pool, migrations: migrations, logger: .quiet).up()
            try await ApplicationRole(name: ApplicationDatabase.role).grant(on: pool)
        }
        try await database.withPool(maximumConnections: 8) {
            $0.role = ApplicationDatabase.role
            $0.waitTimeout = .seconds(1)
            $0.statementTimeout = .seconds(1)
        } _: { pool in
            try await World.run(on: pool) { world in try await body(cluster, folder, world) }
        }
        await cluster.stop()
        try FileManager.default.removeItem(atPath: folder)
    }

    private static func signalServer(_ signal: String, in folder: String) async throws {
        let script = """
            main=$(head -n 1 "$(find "$0" -name postmaster.pid)")
            kill -\(signal) "$main" $(pgrep -P "$main")
            """
        let shell = try ChildProcess(executable: "/bin/sh", arguments: ["-c", script, folder])
        #expect(try await shell.waitUntilExit() == 0, "\(shell.output)")
    }

    private static func openSessions(_ count: Int, _ world: World) async throws -> [String] {
        try await world.addPlan(maxSessions: 100)
        try await world.addNode("oln_1")
        try await world.addUser("a", devices: count)
        var sessions: [String] = []
        for number in 1...count {
            let token = try await world.tokens(of: "dev_a\(number)").accessToken
            let opened = try await world.validate("dev_a\(number)", token: token)
            sessions.append(try #require(opened.text("session_id")))
        }
        return sessions
    }

    private static func report(_ session: String, _ world: World, _ tally: OutageTally) async throws -> Int64 {
        var seq: Int64 = 0
        while !tally.isEnding {
            seq += 1
            while true {
                let reply = try await world.report([World.usage(session, seq, up: seq * 1_000, down: 0)])
                if reply.status == 200 { break }
                tally.refuse(reply)
                try await Task.sleep(for: .milliseconds(50))
            }
            tally.finish()
        }
        return seq * 1_000
    }

    private static func askEveryRoute(_ world: World) async throws {
        for endpoint in world.endpoints {
            let path = endpoint.pattern.text
            if ["/livez", "/api/v1/health", "/api/v1/openapi.json"].contains(path) {
                #expect(try await world.get(path).status == 200, "\(path)")
                continue
            }
            let (body, token) = Self.question(path, world)
            var headers: HTTPFields = [.contentType: "application/json"]
            headers[.authorization] = token.map { "Bearer \($0)" }
            let uri = path.replacing("{id}", with: "dev_a1") + (path == "/api/v1/admin/usage" ? "?group_by=user" : "")
            let answer = try await world.client.execute(
                uri: uri, method: endpoint.method, headers: headers,
                body: endpoint.body == .none ? nil : ByteBuffer(bytes: JSONWriter.bytes(of: body)))
            let json = try? JSONReader.value(of: Array(answer.body.readableBytesView))
            let shown = "\(endpoint.method) \(path) answers \(answer.status) \(String(buffer: answer.body))"
            #expect(answer.status == .serviceUnavailable, "\(shown)")
            #expect(json?.object?["code"] == "database_unavailable", "\(shown)")
            #expect(answer.headers[.retryAfter] != nil, "\(shown)")
        }
    }

    private static func question(_ path: String, _ world: World) -> (JSONValue, String?) {
        let beat: JSONValue = [
            "node_id": .string(World.gatewayID), "epoch": "e", "timestamp": .time(world.clock.now),
        ]
        let refresh: JSONValue = ["refresh_token": .string(OpaqueToken(.refresh).text)]
        return switch path {
        case ControlPlanePath.validateDevice:
            (["device_id": "dev_a1", "token": .string(OpaqueToken(.refresh).text)], world.gateway.text)
        case ControlPlanePath.assignOutline: (["device_id": "dev_a1"], world.gateway.text)
        case ControlPlanePath.usageReport: (["epoch": "e", "reports": .array([])], world.gateway.text)
        case ControlPlanePath.gatewayHeartbeat, ControlPlanePath.outlineHeartbeat: (beat, world.gateway.text)
        case ControlPlanePath.enroll: (["enrollment_code": .string(EnrollmentCode().text)], nil)
        case ControlPlanePath.signIn: (["email": "a@example.org", "password": "a long password"], nil)
        case "/api/v1/auth/refresh", "/api/v1/auth/logout": (refresh, nil)
        default: (.object(JSONObject()), OpaqueToken(.apiToken).text)
        }
    }
}

final class OutageTally: Sendable {
    private struct State {
        var done = 0
        var refused = 0
        var strange: [String] = []
        var isEnding = false
    }

    private let state = Mutex(State())

    var done: Int { state.withLock { $0.done } }
    var refused: Int { state.withLock { $0.refused } }
    var strange: [String] { state.withLock { $0.strange } }

    var isEnding: Bool { state.withLock { $0.isEnding } }

    func end() { state.withLock { $0.isEnding = true } }

    func finish() { state.withLock { $0.done += 1 } }

    func refuse(_ reply: World.Reply) {
        let isExpected =
            reply.status == 503 && reply.text("code") == "database_unavailable" && reply.headers[.retryAfter] != nil
        state.withLock { state in
            state.refused += 1
            if !isExpected { state.strange.append("\(reply.status) \(reply.text("code") ?? "")") }
        }
    }
}
