import Foundation
import HTTPTypes
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSTestSupport
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

@testable import HTTVPSBackend

struct NamedCallers: BearerAuthenticator {
    func caller(authorization: String?, path: String) async throws -> Caller {
        switch authorization {
        case "Bearer admin": .apiToken(id: "tok_admin", name: "admin", role: .admin)
        case "Bearer admin2": .apiToken(id: "tok_admin2", name: "admin2", role: .admin)
        case "Bearer support": .apiToken(id: "tok_support", name: "support", role: .support)
        case "Bearer read-only": .apiToken(id: "tok_reader", name: "reader", role: .readOnly)
        case "Bearer gateway": .gateway(id: "gwy_1", credential: CredentialHash(bytes: []))
        case "Bearer node": .node(id: "oln_1", credential: CredentialHash(bytes: []))
        case "Bearer device": .device(id: "dev_1", userID: "usr_1")
        case let text? where text.hasPrefix("Bearer "): throw CredentialError.invalid
        default: throw CredentialError.absent
        }
    }
}

struct AdminAnswer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: String

    var json: JSONObject { (try? JSONReader.value(of: Array(body.utf8)))?.object ?? JSONObject() }
    var code: String? { json["code"]?.text }
    var id: String { json["id"]?.text ?? "" }
    var etag: String? { headers[.eTag] }

    var faults: [String] {
        guard case .array(let errors) = json["errors"] else { return [] }
        return errors.map { "\($0.object?["pointer"]?.text ?? "?") \($0.object?["code"]?.text ?? "?")" }
    }

    var items: [JSONObject] {
        guard case .array(let items) = json["items"] else { return [] }
        return items.compactMap(\.object)
    }

    func header(_ name: HeaderName) -> String? { headers.values(name).first }
}

struct AdminFixture: Sendable {
    let client: any TestClientProtocol
    let pool: PostgresPool
    let table: EndpointTable
    let database: TestDatabase

    static func run(
        budgets: RateLimiter.Budgets = .init(), now: @escaping @Sendable () -> Date = { Date() },
        _ body: @Sendable (AdminFixture) async throws -> Void
    ) async throws {
        try await ApplicationDatabase.run(maximumConnections: 8) { pool, database in
            let keys = KeyRing(secret: Secret("a secret of at least thirty-two characters"))
            let hasher = CredentialHasher(keys: keys)
            let access = try await AccessTokens(audience: .device, keys: keys, algorithm: .hs256, lifetime: 900)
            let tokens = DeviceTokens(access: access, hasher: hasher, secrets: RefreshSecrets(keys: keys))
            let endpoints = try AdminEndpoints(
                pool: pool, keys: keys, hasher: hasher, tokens: tokens, vault: try NodeVault(keys: keys))
            let table = EndpointTable(endpoints.all)
            let pipeline = RequestPipeline(
                table: table, policy: .standard, authenticator: NamedCallers(),
                limiter: RateLimiter(budgets: budgets), clientAddress: ClientAddress(trustedProxies: []))
            let responder = BackendResponder(
                pipeline: pipeline, metrics: RequestMetrics(registry: PrometheusRegistry()), now: now)
            let application = Application(responder: responder, logger: .quiet)
            try await application.test(.router) { client in
                try await body(AdminFixture(client: client, pool: pool, table: table, database: database))
            }
        }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, as caller: String? = "admin", headers: [String: String] = [:],
        bytes: [UInt8]? = nil
    ) async throws -> AdminAnswer {
        var fields = HTTPFields()
        if let caller { fields[.authorization] = "Bearer \(caller)" }
        if bytes != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value.isEmpty ? nil : value }
        }
        let uri = path.hasPrefix("/") ? path : "/api/v1/admin/\(path)"
        let answer = try await client.execute(
            uri: uri, method: method, headers: fields, body: bytes.map { ByteBuffer(bytes: $0) })
        AnswerConformance.check(
            method, uri, status: answer.status.code, body: Array(answer.body.readableBytesView), in: table)
        return AdminAnswer(status: answer.status.code, headers: answer.headers, body: String(buffer: answer.body))
    }

    func post(
        _ path: String, _ body: String? = nil, as caller: String? = "admin", headers: [String: String] = [:]
    ) async throws -> AdminAnswer {
        try await send(.post, path, as: caller, headers: headers, bytes: body.map { Array($0.utf8) })
    }

    func get(_ path: String, as caller: String? = "admin", headers: [String: String] = [:]) async throws -> AdminAnswer
    {
        try await send(.get, path, as: caller, headers: headers)
    }

    func user(_ email: String = "a@example.org") async throws -> String {
        try await post("users", #"{"email":"\#(email)"}"#).id
    }

    func plan(_ code: String = "basic", _ more: String = "") async throws -> String {
        let body = """
            {"code":"\(code)","name":"Basic","period":"calendar_month","max_devices":1,"max_sessions":2,"max_streams":64\(more)}
            """
        return try await post("plans", body).id
    }

    func region(_ code: String = "eu") async throws {
        _ = try await post("regions", #"{"code":"\#(code)","name":"Europe"}"#)
    }
}
