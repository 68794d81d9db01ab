import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import HTTVPSSodium
import HTTVPSTestSupport
import Logging
import Testing

@testable import HTTVPSBackend

@Suite("Signing in as an administrator")
struct SignInTests {
    static let password = "correct horse battery"

    @Test("answers a token that every admin route takes, with the role that the database says now")
    func signsIn() async throws {
        try await World.run { world in
            try await world.addAdministrator("Ann@example.org", role: .support)
            let reply = try await world.signIn("ann@EXAMPLE.org", Self.password)
            #expect(reply.status == 200 && reply.text("token_type") == "Bearer")
            #expect(reply["expires_in_sec"] == .integer(900))
            let token = try #require(reply.text("access_token"))
            let made = try await world.post("/api/v1/admin/users", ["email": "u@example.org"], bearer: token)
            #expect(made.status == 201)
            #expect(try await world.post("/api/v1/admin/regions", [:], bearer: token).text("code") == "forbidden")
            try await world.pool.execute("UPDATE administrators SET role = 'admin'")
            #expect(try await world.post("/api/v1/admin/regions", [:], bearer: token).status == 422)
            #expect(
                try await world.number(
                    """
                    SELECT count(*) AS n FROM audit_events
                    WHERE action = 'administrator.sign_in' AND actor_id = object_id AND actor_kind = 'administrator'
                    """) == 1)
        }
    }

    @Test("refuses wrong passwords, unknown, blocked and deleted accounts alike")
    func refuses() async throws {
        try await World.run { world in
            try await world.addAdministrator("ann@example.org")
            let wrong = try await world.signIn("ann@example.org", "wrong")
            #expect(wrong.status == 401 && wrong.headers[.wwwAuthenticate] == "Bearer")
            let unknown = try await world.signIn("nobody@example.org", Self.password)
            for column in ["status = 'blocked'", "deleted_at = now()"] {
                try await world.pool.execute("UPDATE administrators SET \(unsafe: column)")
                let refused = try await world.signIn("ann@example.org", Self.password)
                #expect(refused.text("detail") == wrong.text("detail") && refused.text("code") == "invalid_credentials")
            }
            #expect(unknown.text("detail") == wrong.text("detail") && unknown.text("code") == "invalid_credentials")
            #expect(try await world.post(ControlPlanePath.signIn, [:], bearer: nil).status == 422)
            #expect(try await world.number("SELECT count(*) AS n FROM audit_events") == 0)
        }
    }

    @Test("waits 2, 4, 8 … seconds from the sixth try on; others are not delayed; a success clears the count")
    func backsOff() async throws {
        try await World.run { world in
            try await world.addAdministrator("ann@example.org")
            for _ in 1...5 { #expect(try await world.signIn("ann@example.org", "wrong").status == 401) }
            var waits: [String] = []
            for _ in 1...4 {
                let refused = try await world.signIn("ANN@example.org", Self.password)
                #expect(refused.status == 429 && refused.text("code") == "too_many_attempts")
                waits.append(refused.headers[.retryAfter] ?? "")
                world.clock.advance(Double(waits.last ?? "") ?? 0)
                #expect(try await world.signIn("ann@example.org", "wrong").status == 401)
            }
            #expect(waits == ["2", "4", "8", "16"])
            #expect(try await world.signIn("bob@example.org", "wrong").status == 401)
            let elsewhere = try await world.signIn("ann@example.org", Self.password, from: "192.0.2.9")
            #expect(elsewhere.status == .ok)
            #expect(try await world.signIn("ann@example.org", Self.password).status == 429)
            world.clock.advance(32)
            #expect(try await world.signIn("ann@example.org", Self.password).status == 200)
            for _ in 1...5 { #expect(try await world.signIn("ann@example.org", "wrong").status == 401) }
            #expect(try await world.signIn("ann@example.org", "wrong").status == 429)
            world.clock.advance(901)
            #expect(try await world.signIn("ann@example.org", "wrong").status == 401)
        }
    }

    @Test("delays an address after forty failures over all accounts, also when they come at once")
    func addressBacksOff() async throws {
        try await World.run { world in
            try await world.addAdministrator("ann@example.org")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...60 {
                    group.addTask { try await world.signIn("u\(number)@example.org", "wrong").status }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [401: 40, 429: 20])
            #expect(try await world.signIn("ann@example.org", Self.password).status == 429)
            let elsewhere = try await world.signIn("ann@example.org", Self.password, from: "192.0.2.9")
            #expect(elsewhere.status == .ok)
        }
    }

    @Test("ends with the password, with a change of status, and with the account")
    func ends() async throws {
        try await World.run { world in
            try await world.addAdministrator("ann@example.org")
            let admin = try await world.operatorToken()
            let path = "/api/v1/admin/administrators/adm_ann@example.org"
            func token(_ password: String) async throws -> String {
                try await world.signIn("ann@example.org", password).text("access_token") ?? ""
            }
            func standing(_ token: String) async throws -> String? {
                try await world.send(.get, "/api/v1/admin/plans", bearer: token).text("code")
            }
            let first = try await token(Self.password)
            #expect(try await standing(first) == nil)
            let changed = try await world.send(.patch, path, ["password": "a new long password"], bearer: admin)
            #expect(changed.status == 200)
            #expect(try await standing(first) == "invalid_token")
            #expect(try await world.signIn("ann@example.org", Self.password).status == 401)
            let second = try await token("a new long password")
            #expect(try await standing(second) == nil)
            try await world.addAdministrator("root@example.org")
            for status in ["blocked", "active"] {
                let reply = try await world.send(.patch, path, ["status": .string(status)], bearer: admin)
                #expect(reply.status == 200)
                #expect(try await standing(second) == "invalid_token")
            }
            let third = try await token("a new long password")
            #expect(try await standing(third) == nil)
            #expect(try await world.send(.delete, path, bearer: admin).status == 204)
            #expect(try await standing(third) == "invalid_token")
        }
    }

    @Test("refuses no one who knows the password, however many sign in at once")
    func rightOnesAtOnce() async throws {
        try await World.run { world in
            try await world.addAdministrator("ann@example.org")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...30 {
                    group.addTask { try await world.signIn("ann@example.org", Self.password).status }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 30])
        }
    }

    @Test("lets five of fifty guesses at once through")
    func guessesAtOnce() async throws {
        try await World.run { world in
            try await world.addAdministrator("ann@example.org")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...50 {
                    group.addTask { try await world.signIn("ann@example.org", "guess \(number)").status }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [401: 5, 429: 45])
        }
    }
}

extension World {
    func addAdministrator(_ email: String, role: Role = .admin) async throws {
        let hash = try Argon2id.hash(SignInTests.password)
        try await pool.execute(
            """
            INSERT INTO administrators (id, email, role, password_hash)
            VALUES (\("adm_" + email), \(email), \(role), \(hash))
            """)
    }

    func signIn(_ email: String, _ password: String) async throws -> Reply {
        try await post(
            ControlPlanePath.signIn, ["email": .string(email), "password": .string(password)], bearer: nil)
    }

    func signIn(_ email: String, _ password: String, from address: String) async throws -> Answer {
        let endpoint = try #require(core.signInEndpoints.first)
        let body: JSONValue = ["email": .string(email), "password": .string(password)]
        return try await endpoint.respond(
            Call(
                method: .post, path: ControlPlanePath.signIn, parameters: [:], query: .empty, headers: [:],
                body: JSONWriter.bytes(of: body), json: body, idempotencyKey: nil, caller: .none,
                trace: RequestTrace([:]), clientAddress: address, logger: .quiet, now: clock.now))
    }
}
