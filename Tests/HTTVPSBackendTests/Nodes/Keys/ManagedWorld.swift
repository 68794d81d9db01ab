import Foundation
import HTTPTypes
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import HTTVPSBackend

struct ManagedWorld: Sendable {
    let world: World
    let server: FakeShadowbox
    let admin: String
    let nodeID: String
    var rotator: KeyRotator

    static func run(
        certificateHash: String? = nil, _ body: @escaping @Sendable (ManagedWorld) async throws -> Void
    ) async throws {
        try await FakeShadowbox.run { server in
            try await World.run { world in
                let issuer = ApiTokenIssuer(pool: world.pool, keys: world.core.keys)
                let admin = try await issuer.create(name: "a", role: .admin, days: 1, at: world.clock.now)
                let made = try await world.post(
                    "/api/v1/admin/outline-nodes",
                    [
                        "region": "eu", "management_url": .string(server.url),
                        "cert_sha256": .string(certificateHash ?? server.certificateHash),
                    ], bearer: admin)
                #expect(made.status == 201 && made["host"] == .null && made["managed"] == .bool(true))
                try await world.addPlan(maxSessions: 1_000)
                try await world.addUser("a")
                var rotator = world.core.keyRotator
                rotator.connection.limits.answer = .seconds(20)
                try await body(
                    ManagedWorld(
                        world: world, server: server, admin: admin, nodeID: try #require(made.text("id")),
                        rotator: rotator))
            }
        }
    }

    func work(_ rotator: KeyRotator? = nil) async throws {
        let rotator = rotator ?? self.rotator
        try await rotator.store.startDue(at: world.clock.now)
        while try await rotator.step() {}
    }

    func node() async throws -> World.Reply {
        try await world.client.execute(
            uri: "/api/v1/admin/outline-nodes/\(nodeID)", method: .get, headers: [.authorization: "Bearer \(admin)"]
        ) { response in
            World.Reply(
                status: response.status.code, headers: response.headers,
                json: try JSONReader.value(of: Array(response.body.readableBytesView)))
        }
    }

    func rotate() async throws -> World.Reply {
        try await world.post("/api/v1/admin/outline-nodes/\(nodeID)/rotate-key", .object(JSONObject()), bearer: admin)
    }

    func opened() async throws -> (session: String, password: String) {
        let token = try await world.tokens(of: "dev_a1").accessToken
        let reply = try await world.validate("dev_a1", token: token)
        return (
            try #require(reply.text("session_id")),
            try #require(reply.items("nodes").first?["password"]?.text)
        )
    }

    func lastError() async throws -> String? {
        try await world.pool.first("SELECT last_error FROM key_rotations ORDER BY id DESC LIMIT 1")?
            .decode("last_error", as: String?.self)
    }

    func step() async throws -> String? {
        try await world.pool.first("SELECT step FROM key_rotations ORDER BY id DESC LIMIT 1")?.decode("step")
    }
}
