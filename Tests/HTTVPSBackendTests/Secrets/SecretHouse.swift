import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import HTTVPSBackend

struct SecretHouse: Sendable {
    static let admin = "/api/v1/admin/"
    static let password = "correct horse battery staple"

    let world: World
    let watch: SecretWatch
    private let operatorToken = OpaqueToken(.apiToken)

    var routesWithSecrets: Set<String> {
        Set(
            world.endpoints.filter { endpoint in
                guard endpoint.method != .get, let operation = endpoint.operation else { return false }
                let answers = operation.answers.values.compactMap { outcome -> ObjectShape? in
                    if case .json(let shape) = outcome { shape } else { nil }
                }
                return ([operation.body].compactMap(\.self) + answers).contains { shape in
                    shape.members.contains { $0.isSecret || SecretWatch.names.contains($0.name) }
                }
            }.map { "\($0.method) \($0.pattern.text)" })
    }

    func begin() async throws {
        for token in [operatorToken, world.gateway] { watch.note(token.text) }
        try await world.pool.execute(
            """
            INSERT INTO api_tokens (id, name, role, token_hash, expires_at)
            VALUES ('tok_house', 'house', 'admin', \(world.core.hasher.hash(operatorToken).bytes),
                \(world.clock.now.addingTimeInterval(86_400)))
            """)
    }

    func useEveryRoute() async throws {
        let plan: JSONValue = [
            "code": "house", "name": "House", "period": "none", "max_devices": .integer(9), "max_sessions": .integer(9),
            "max_streams": .integer(9),
        ]
        let planID = try await create("plans", plan)
        let user = try await create("users", ["email": "house@example.org"])
        _ = try await create("subscriptions", ["user_id": .string(user), "plan_id": .string(planID)])
        try await useNodes()
        try await useOperators()
        try await useDevice(of: user)
    }

    func provokeErrors() async throws {
        for secret in watch.secrets {
            let text = JSONValue.string(secret)
            for token in [secret, secret + "x"] {
                _ = try await ask(.get, Self.admin + "audit-events/x", bearer: token)
            }
            for path in [ControlPlanePath.enroll, ControlPlanePath.refresh, ControlPlanePath.logout] {
                for name in ["enrollment_code", "refresh_token"] { _ = try await ask(.post, path, [name: text]) }
            }
            _ = try await ask(.post, ControlPlanePath.signIn, ["email": text, "password": .array([text])])
            _ = try await ask(
                .post, ControlPlanePath.validateDevice, ["device_id": "dev_x", "token": text],
                bearer: world.gateway.text)
            for name in ["users", "administrators", "outline-nodes", "api-tokens", "devices"] {
                for member in ["email", "password", "access_url", "management_url", "name", "role"] {
                    _ = try await ask(
                        .post, Self.admin + name, [member: .array([text])], bearer: operatorToken.text)
                    _ = try await ask(
                        .post, Self.admin + name, [member: .string(secret + "\u{0}")], bearer: operatorToken.text)
                }
            }
            let escaped = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            for query in ["limit=\(escaped)", "cursor=\(escaped)", "sort=\(escaped)"] {
                _ = try await ask(.get, Self.admin + "users?\(query)", bearer: operatorToken.text)
            }
            world.clock.advance(1)
        }
    }

    func keepTables() async throws {
        let tables = try await world.pool.query(
            "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        #expect(tables.count > 15)
        for table in tables {
            let name: String = try table.decode("name")
            for row in try await world.pool.query("SELECT t::text AS row FROM \(unsafe: name) t") {
                watch.keep(try row.decode("row"), from: name)
            }
        }
    }

    func keepAuditEvents() async throws {
        let events = try await ask(.get, Self.admin + "audit-events?limit=200", bearer: operatorToken.text)
        #expect(events.status == 200)
        watch.keep(JSONWriter.text(of: events.json), from: "audit events")
    }

    private func useNodes() async throws {
        let link = "ss://\(Data("aes-256-gcm:link-password-one".utf8).base64EncodedString())@192.0.2.1:8388"
        watch.note("link-password-one")
        _ = try await create("outline-nodes", ["region": "eu", "access_url": .string(link)])
        let form: JSONValue = [
            "region": "eu", "host": "192.0.2.2", "port": .integer(8_388), "method": "aes-256-gcm",
            "password": "form-password-two",
        ]
        _ = try await create("outline-nodes", form)
        let managed: JSONValue = [
            "region": "eu", "management_url": "https://192.0.2.3:9000/secret-path-three",
            "cert_sha256": .string(String(repeating: "ab", count: 32)),
        ]
        _ = try await create("outline-nodes", managed)
        let gateway: JSONValue = ["name": "gw", "region": "eu", "public_url": "wss://gw.example.org/ws"]
        _ = try await create("gateway-nodes", gateway)
    }

    private func useOperators() async throws {
        let account: JSONValue = ["email": "ann@example.org", "password": .string(Self.password), "role": "admin"]
        let id = try await create("administrators", account)
        var password = Self.password
        if world.endpoints.contains(where: { $0.method == .patch && $0.pattern.text.hasSuffix("administrators/{id}") })
        {
            password += " two"
            try await change("administrators", id, ["password": .string(password)])
        }
        let sign: JSONValue = ["email": "ann@example.org", "password": .string(password)]
        #expect(try await ask(.post, ControlPlanePath.signIn, sign).status == 200)
        _ = try await ask(.post, ControlPlanePath.signIn, ["email": "ann@example.org", "password": "wrong password"])
        _ = try await create("api-tokens", ["name": "bot", "role": "read-only"])
    }

    private func useDevice(of user: String) async throws {
        let body: JSONValue = ["user_id": .string(user), "name": "Phone"]
        let made = try await ask(
            .post, Self.admin + "devices", body, bearer: operatorToken.text, headers: ["idempotency-key": "house-1"])
        _ = try await ask(
            .post, Self.admin + "devices", body, bearer: operatorToken.text, headers: ["idempotency-key": "house-1"])
        let device = try #require(made.text("id"))
        let code: JSONValue = ["enrollment_code": .string(try #require(made.text("enrollment_code")))]
        let enrolled = try await ask(.post, ControlPlanePath.enroll, code)
        #expect(enrolled.status == 201)
        let issued = try await ask(
            .post, Self.admin + "devices/\(device)/tokens", [:], bearer: operatorToken.text,
            route: Self.admin + "devices/{id}/tokens")
        #expect(issued.status == 201)
        let first: JSONValue = ["refresh_token": .string(try #require(enrolled.text("refresh_token")))]
        let second = try await ask(.post, ControlPlanePath.refresh, first)
        #expect(second.status == 200)
        world.clock.advance(60)
        let third: JSONValue = ["refresh_token": .string(try #require(second.text("refresh_token")))]
        _ = try await ask(.post, ControlPlanePath.refresh, third)
        let hello: JSONValue = [
            "device_id": .string(device), "token": .string(try #require(issued.text("refresh_token"))),
        ]
        #expect(try await ask(.post, ControlPlanePath.validateDevice, hello, bearer: world.gateway.text).status == 200)
        _ = try await ask(.post, ControlPlanePath.refresh, first)
        _ = try await ask(.post, ControlPlanePath.logout, third)
    }

    private func create(_ name: String, _ body: JSONValue) async throws -> String {
        let reply = try await ask(.post, Self.admin + name, body, bearer: operatorToken.text)
        #expect(reply.status == 201, "\(name): \(reply.json)")
        return try #require(reply.text("id"))
    }

    private func change(_ name: String, _ id: String, _ body: JSONValue) async throws {
        let reply = try await ask(
            .patch, Self.admin + "\(name)/\(id)", body, bearer: operatorToken.text, headers: ["if-match": "*"],
            route: Self.admin + "\(name)/{id}")
        #expect(reply.status == 200, "\(name): \(reply.json)")
    }

    @discardableResult
    private func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, bearer: String? = nil,
        headers: [String: String] = [:], route: String? = nil
    ) async throws -> World.Reply {
        var fields: HTTPFields = [:]
        fields[.authorization] = bearer.map { "Bearer \($0)" }
        if body != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let bytes = body.map { ByteBuffer(bytes: JSONWriter.bytes(of: $0)) }
        return try await world.client.execute(uri: path, method: method, headers: fields, body: bytes) { response in
            let text = String(buffer: response.body)
            let json = (try? JSONReader.value(of: Array(text.utf8))) ?? .null
            if (200..<300).contains(response.status.code) {
                watch.visited("\(method) \(route ?? path)")
                if let body { watch.learn(from: body) }
                watch.learn(from: json)
            } else {
                watch.keep(text, from: "\(response.status.code) of \(method) \(route ?? path)")
            }
            return World.Reply(status: response.status.code, headers: response.headers, json: json)
        }
    }
}
