import Foundation
import HTTPTypes
import HTTVPSConfiguration
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import HTTVPSTestSupport
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

@testable import HTTVPSBackend

struct World: Sendable {
    let clock: TestClock
    let core: BackendCore
    let client: any TestClientProtocol
    let gateway: OpaqueToken
    let table: EndpointTable

    var pool: PostgresPool { core.pool }
    var endpoints: [Endpoint] { table.endpoints }
}

extension World {
    struct Reply: Sendable {
        var status: Int
        var headers: HTTPFields
        var json: JSONValue

        subscript(path: String...) -> JSONValue? {
            path.reduce(Optional(json)) { value, name in
                if case .array(let items)? = value, let index = Int(name) {
                    return items.indices.contains(index) ? items[index] : nil
                }
                return value?.object?[name]
            }
        }

        func text(_ path: String...) -> String? {
            path.reduce(Optional(json)) { $0?.object?[$1] }?.text
        }

        func items(_ name: String) -> [JSONObject] {
            guard case .array(let items)? = json.object?[name] else { return [] }
            return items.compactMap(\.object)
        }
    }

    static func run(
        secret: String = "a test key of more than 32 characters", logger: Logger = .quiet,
        _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        try await ApplicationDatabase.run(maximumConnections: 16) { pool, _ in
            try await run(on: pool, secret: secret, logger: logger, body)
        }
    }

    static func run(
        on pool: PostgresPool, secret: String = "a test key of more than 32 characters", logger: Logger = .quiet,
        _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let clock = TestClock()
        let configuration = try BackendConfiguration(
            Settings(
                environment: [
                    "BACKEND_DB_DSN": "postgresql:///unused", "BACKEND_SECRET_KEY": secret,
                    "BACKEND_MIGRATIONS_DIR": PostgresFixture.migrationsPath,
                ], ownPrefixes: BackendConfiguration.ownPrefixes))
        let core = try await BackendCore(
            configuration: configuration, pool: pool, logger: logger, now: { clock.now })
        core.readiness.enter(.serving)
        let backend = Backend(configuration: configuration, core: core, logger: logger)
        let application = backend.application
        try await application.test(.router) { client in
            let world = World(
                clock: clock, core: core, client: client, gateway: OpaqueToken(.gateway),
                table: application.responder.pipeline.table)
            try await world.seed()
            try await body(world)
        }
    }

    func post(
        _ path: String, _ body: JSONValue, bearer: String?, headers: [HeaderName: String] = [:]
    ) async throws -> Reply {
        try await send(.post, path, body, bearer: bearer, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, bearer: String? = nil,
        authorization: [String] = [], headers others: [HeaderName: String] = [:]
    ) async throws -> Reply {
        var headers: HTTPFields = [:]
        if body != nil { headers[.contentType] = "application/json" }
        if method == .patch || method == .delete { headers[.ifMatch] = "*" }
        for (name, value) in others { headers.set(name, value) }
        headers[values: .authorization] = authorization + [bearer.map { "Bearer \($0)" }].compactMap(\.self)
        let buffer = body.map { ByteBuffer(bytes: JSONWriter.bytes(of: $0)) }
        return try await client.execute(uri: path, method: method, headers: headers, body: buffer) { response in
            let bytes = Array(response.body.readableBytesView)
            AnswerConformance.check(method, path, status: response.status.code, body: bytes, in: table)
            return Reply(
                status: response.status.code, headers: response.headers,
                json: bytes.isEmpty ? .null : try JSONReader.value(of: bytes))
        }
    }

    func get(_ path: String) async throws -> Reply {
        try await client.execute(uri: path, method: .get) { response in
            Reply(
                status: response.status.code, headers: response.headers,
                json: try JSONReader.value(of: Array(response.body.readableBytesView)))
        }
    }

    func number(_ query: SQLQuery) async throws -> Int64 {
        try #require(try await pool.first(query)).decode("n")
    }
}

extension PostgresConfiguration {
    mutating func waitLong() {
        waitTimeout = .seconds(60)
        statementTimeout = .seconds(60)
    }
}
