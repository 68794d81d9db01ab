import Foundation
import HTTVPSConfiguration
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import HTTVPSTestSupport
import Testing

@testable import HTTVPSBackend

@Suite("Rotating the backend's keys")
struct KeyChangeTests {
    private static func prepared(_ body: @escaping @Sendable (World) async throws -> Void) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            try await body(world)
        }
    }

    @Test("starts from the keys that the database's rows and tokens name already")
    func adopts() async throws {
        try await Self.prepared { world in
            let tokens = try await world.tokens(of: "dev_a1")
            let before = KeyPurpose.allCases.map { world.core.keys.active($0) }
            try await world.core.keyKeeper.load()
            #expect(KeyPurpose.allCases.map { world.core.keys.active($0) } == before)
            let reply = try await world.validate("dev_a1", token: tokens.accessToken)
            #expect(reply["nodes", "0", "password"]?.text == "secret of oln_1")
            for key in before {
                let row = try await world.pool.first("SELECT sealed FROM backend_keys WHERE purpose = \(key.purpose)")
                let sealed: [UInt8] = try #require(try row?.decode("sealed"))
                #expect(!Data(sealed).contains(Data(key.bytes(16))))
            }
        }
    }

    @Test("publishes a key before it signs, and every backend knows the first token under the new kid")
    func publishes() async throws {
        try await Self.prepared { world in
            let other = try await world.replica()
            let old = try await world.tokens(of: "dev_a1").accessToken
            _ = try await world.change.publish(KeyPurpose.rotated, at: world.clock.now, delay: 30)
            let again = try await world.change.publish(KeyPurpose.rotated, at: world.clock.now, delay: 30)
            #expect(again.count == KeyPurpose.rotated.count)
            #expect(try await world.number("SELECT count(*) AS n FROM backend_keys") == 14)
            #expect(
                TokenHeader(token: try await world.tokens(of: "dev_a1").accessToken)?.kid
                    == TokenHeader(token: old)?.kid)
            world.clock.advance(31)
            let new = try await world.tokens(of: "dev_a1").accessToken
            #expect(TokenHeader(token: new)?.kid != TokenHeader(token: old)?.kid)
            for token in [old, new] {
                #expect(try await world.validate("dev_a1", token: token).status == 200)
                #expect(try await other.deviceTokens.access.claims(of: token, at: world.clock.now).sub == "dev_a1")
            }
        }
    }

    @Test("lets old tokens live out their time, then forgets their key")
    func retires() async throws {
        try await Self.prepared { world in
            _ = try await world.change.publish([.deviceToken], at: world.clock.now, delay: 30)
            world.clock.advance(29)
            let last = try await world.tokens(of: "dev_a1").accessToken
            world.clock.advance(899)
            #expect(try await world.validate("dev_a1", token: last).status == 200)
            #expect(try await world.change.prune(at: world.clock.now).isEmpty)
            world.clock.advance(2)
            #expect(try await world.validate("dev_a1", token: last).text("code") == "token_expired")
            world.clock.advance(61)
            #expect(try await world.change.prune(at: world.clock.now).map(\.purpose) == [.deviceToken])
            #expect(try await world.validate("dev_a1", token: last).text("code") == "invalid_token")
        }
    }

    @Test("gives the same pair for a refresh token used on both sides of it")
    func refreshes() async throws {
        try await Self.prepared { world in
            let token = try await world.tokens(of: "dev_a1").refreshToken
            _ = try await world.change.publish(KeyPurpose.rotated, at: world.clock.now, delay: 30)
            world.clock.advance(26)
            let first = try await world.refresh(token)
            world.clock.advance(8)
            #expect(try await world.refresh(token).json == first.json)
            let second = try await world.refresh(first.text("refresh_token") ?? "")
            #expect(second.status == 200)
            let reply = try await world.validate("dev_a1", token: second.text("refresh_token") ?? "")
            #expect(reply.status == 200, "\(reply.json)")
        }
    }

    @Test("seals what lies in the database again, in batches, and tells apart what it cannot open")
    func rewraps() async throws {
        try await Self.prepared { world in
            for number in 2...130 { try await world.addNode("oln_\(number)") }
            try await world.addNode("oln_forged")
            try await world.pool.execute(
                "UPDATE outline_nodes SET password_sealed = password_sealed || '\\x00' WHERE id = 'oln_forged'")
            let token = try await world.operatorToken()
            let first = try await world.createUser(token, key: "k")
            let old = world.core.keys.active(.vault).id
            _ = try await world.change.publish(KeyPurpose.rotated, at: world.clock.now, delay: 30)
            world.clock.advance(31)
            let rewrap = try Rewrap(store: world.keyStore)
            let progress = try await rewrap.run(at: world.clock.now) { _ in }
            #expect(progress.sealed == 131 && progress.unreadable == 1)
            let stale =
                "SELECT count(*) AS n FROM outline_nodes WHERE revision = 1 AND password_key_id = \(old)" as SQLQuery
            #expect(try await world.number(stale) == 1)
            #expect(try await world.createUser(token, key: "k").json == first.json)
            let access = try await world.tokens(of: "dev_a1").accessToken
            let reply = try await world.validate("dev_a1", token: access)
            #expect(reply["nodes", "0", "password"]?.text == "secret of \(reply["nodes", "0", "node_id"]?.text ?? "")")
            try await world.pool.execute("DELETE FROM outline_nodes WHERE id = 'oln_forged'")
            #expect(try await rewrap.run(at: world.clock.now) { _ in } == Rewrap.Progress())
            world.clock.advance(7_200)
            let gone = try await world.change.prune(at: world.clock.now).map(\.purpose)
            #expect(gone.contains(.vault) && gone.contains(.keptAnswer))
            #expect(try await rewrap.run(at: world.clock.now) { _ in } == Rewrap.Progress())
        }
    }

    @Test("replaces the secret itself through a pair, and refuses a wrong one in clear words")
    func secret() async throws {
        try await Self.prepared { world in
            try await world.core.keyKeeper.load()
            let pool = world.pool
            func ring(_ secret: String, _ previous: String? = nil) async throws -> KeyRing {
                let ring = KeyRing(secret: Secret(secret), previous: previous.map { Secret($0) })
                try await KeyStore(pool: pool, ring: ring).load()
                return ring
            }
            let (old, new) = ("a test key of more than 32 characters", "another key of more than 32 characters")
            let error = await #expect(throws: KeyError.self) { _ = try await ring(new) }
            #expect(error?.code == .wrongSecret && error?.message.contains("BACKEND_SECRET_KEY") == true)
            let pair = try await ring(new, old)
            #expect(pair.active(.vault) == world.core.keys.active(.vault))
            #expect(try await KeyChange(store: KeyStore(pool: pool, ring: pair), tokenLifetime: 900).reseal() == 8)
            #expect(try await ring(new).active(.vault) == world.core.keys.active(.vault))
            await #expect(throws: KeyError.self) { _ = try await ring(old) }
            #expect(try await ring(old, new).active(.deviceToken) == world.core.keys.active(.deviceToken))
        }
    }

    @Test("does not adopt the keys of a secret that does not open the nodes")
    func wrongSecret() async throws {
        try await Self.prepared { world in
            let wrong = KeyRing(secret: Secret("a wrong key of more than 32 characters"))
            let error = await #expect(throws: KeyError.self) {
                try await KeyStore(pool: world.pool, ring: wrong).load()
            }
            #expect(error?.code == .wrongSecret)
            let kept = try await world.number("SELECT count(*) AS n FROM backend_keys")
            #expect(kept == 0)
        }
    }

    @Test("answers 503 until the keys have been read")
    func closed() async throws {
        try await Self.prepared { world in
            let token = try await world.operatorToken()
            world.core.keys.close()
            let refused = [
                try await world.refresh(OpaqueToken(.refresh).text), try await world.createUser(token, key: "k"),
                try await world.enroll("ABCDE-ABCDE-ABCDE-ABCDE"), try await world.validate("dev_a1", token: "x"),
            ]
            #expect(refused.map(\.status) == [503, 503, 503, 503])
            #expect(refused.allSatisfy { $0.text("code") == "database_unavailable" })
            #expect(try await world.get(ControlPlanePath.ready).text("code") == "starting")
            #expect(try await world.get(ControlPlanePath.live).status == 200)
            try await world.core.keyKeeper.load()
            #expect(try await world.createUser(token, key: "k").status == 201)
        }
    }
}

extension World {
    var keyStore: KeyStore { KeyStore(pool: pool, ring: core.keys) }

    var change: KeyChange { KeyChange(store: keyStore, tokenLifetime: 900) }

    func replica(secret: String = "a test key of more than 32 characters") async throws -> BackendCore {
        let configuration = try BackendConfiguration(
            Settings(
                environment: [
                    "BACKEND_DB_DSN": "postgresql:///unused", "BACKEND_SECRET_KEY": secret,
                    "BACKEND_MIGRATIONS_DIR": PostgresFixture.migrationsPath,
                ], ownPrefixes: BackendConfiguration.ownPrefixes))
        let core = try await BackendCore(
            configuration: configuration, pool: pool, logger: .quiet, now: { [clock] in clock.now })
        try await core.keyKeeper.load()
        return core
    }

    func operatorToken(_ role: Role = .admin) async throws -> String {
        try await ApiTokenIssuer(pool: pool, keys: core.keys).create(name: "ops", role: role, days: 90, at: clock.now)
    }

    func createUser(_ token: String, key: String) async throws -> Reply {
        try await post(
            "/api/v1/admin/users", ["email": "kept@example.org"], bearer: token, headers: [.idempotencyKey: key])
    }
}
