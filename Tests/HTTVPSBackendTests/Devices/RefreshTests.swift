import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Refreshing a device's tokens")
struct RefreshTests {
    private static func prepared(_ body: @escaping @Sendable (World, String) async throws -> Void) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            try await body(world, try await world.tokens(of: "dev_a1").refreshToken)
        }
    }

    @Test("gives the members of an enrolment, with tokens that admit the device")
    func members() async throws {
        try await Self.prepared { world, token in
            _ = try await world.beat()
            let reply = try await world.refresh(token)
            #expect(reply.status == 200 && reply.text("device_id") == "dev_a1")
            #expect(reply["expires_in_sec"] == .integer(900))
            #expect(reply["gateways", "0", "url"]?.text == "wss://gateway.example")
            for member in ["access_token", "refresh_token"] {
                #expect(try await world.validate("dev_a1", token: reply.text(member) ?? "").status == 200)
            }
        }
    }

    @Test("answers the same pair within ten seconds, a further one later, and shares its state with validate-device")
    func repeats() async throws {
        try await Self.prepared { world, token in
            let first = try await world.refresh(token)
            world.clock.advance(9)
            #expect(try await world.refresh(token).json == first.json)
            let admitted = try await world.validate("dev_a1", token: token)
            #expect(admitted["credentials", "refresh_token"]?.text == first.text("refresh_token"))
            world.clock.advance(2)
            let other = try await world.refresh(token)
            #expect(other.status == 200 && other.text("refresh_token") != first.text("refresh_token"))
            #expect(try await world.refresh(first.text("refresh_token") ?? "").status == 200)
            let access = first.text("access_token") ?? ""
            #expect(try await world.validate("dev_a1", token: access).status == 200)
            #expect(try await world.refresh(other.text("refresh_token") ?? "").text("code") == "invalid_token")
            #expect(try await world.validate("dev_a1", token: access).text("code") == "invalid_token")
        }
    }

    @Test("with a spent token revokes the family, and its access tokens at once")
    func reuse() async throws {
        try await Self.prepared { world, token in
            let first = try await world.refresh(token)
            let second = try await world.refresh(first.text("refresh_token") ?? "")
            world.clock.advance(11)
            let stolen = try await world.refresh(token)
            #expect(stolen.status == 401 && stolen.text("code") == "invalid_token")
            #expect(stolen.headers[.wwwAuthenticate] == "Bearer")
            #expect(try await world.refresh(second.text("refresh_token") ?? "").status == 401)
            let access = second.text("access_token") ?? ""
            #expect(try await world.validate("dev_a1", token: access).text("code") == "invalid_token")
            let called = try await world.post(
                ControlPlanePath.validateDevice, ["device_id": "dev_a1", "token": "x"], bearer: access)
            #expect(called.status == 401 && called.text("code") == "invalid_token")
        }
    }

    @Test("is refused to blocked devices without a trace, and to deleted ones")
    func standing() async throws {
        try await Self.prepared { world, token in
            for table in ["devices", "users"] {
                try await world.pool.execute("UPDATE \(unsafe: table) SET status = 'blocked'")
                let reply = try await world.refresh(token)
                #expect(reply.status == 403 && reply.text("code") == "device_blocked")
                try await world.pool.execute("UPDATE \(unsafe: table) SET status = 'active'")
            }
            #expect(try await world.number("SELECT count(first_used_at) AS n FROM refresh_tokens") == 0)
            try await world.pool.execute("UPDATE devices SET deleted_at = now()")
            #expect(try await world.refresh(token).text("code") == "invalid_token")
            #expect(try await world.validate("dev_a1", token: token).text("code") == "device_not_found")
            try await world.pool.execute("UPDATE devices SET deleted_at = NULL")
            #expect(try await world.refresh(token).status == 200)
        }
    }

    @Test("with fifty clients at once gives one pair; of two successors used at once, one family stays")
    func races() async throws {
        try await Self.prepared { world, token in
            let pairs = try await Self.atOnce(Array(repeating: token, count: 50), in: world)
            #expect(Set(pairs.map { JSONWriter.text(of: $0.json) }).count == 1 && pairs.allSatisfy { $0.status == 200 })
            world.clock.advance(11)
            let successors = [pairs[0], try await world.refresh(token)].map { $0.text("refresh_token") ?? "" }
            let answers = try await Self.atOnce(successors, in: world)
            #expect(answers.map(\.status).sorted() == [200, 401])
            #expect(try await world.number("SELECT count(revoked_at) AS n FROM refresh_families") == 1)
        }
    }

    @Test("refuses what is no refresh token, and ends with a logout")
    func logout() async throws {
        try await Self.prepared { world, token in
            for odd in [
                "x", "hvr_", token + "A", String(token.dropLast()), String(token.dropFirst()), world.gateway.text,
            ] {
                #expect(try await world.refresh(odd).text("code") == "invalid_token")
                #expect(try await world.logout(.string(odd)) == 204)
            }
            #expect(try await world.logout("") == 204)
            #expect(try await world.logout("\u{0}💥") == 204)
            #expect(try await world.logout(.integer(1)) == 422)
            let access = try await world.refresh(token).text("access_token") ?? ""
            #expect(try await world.validate("dev_a1", token: access).status == 200)
            #expect(try await world.logout(.string(token)) == 204)
            #expect(try await world.logout(.string(token)) == 204)
            #expect(try await world.refresh(token).text("code") == "invalid_token")
            #expect(try await world.validate("dev_a1", token: access).text("code") == "invalid_token")
        }
    }

    private static func atOnce(_ tokens: [String], in world: World) async throws -> [World.Reply] {
        try await withThrowingTaskGroup(of: World.Reply.self) { group in
            for token in tokens { group.addTask { try await world.refresh(token) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

extension World {
    func refresh(_ token: String) async throws -> Reply {
        try await post(ControlPlanePath.refresh, ["refresh_token": .string(token)], bearer: nil)
    }

    func logout(_ token: JSONValue) async throws -> Int {
        try await post(ControlPlanePath.logout, ["refresh_token": token], bearer: "nonsense").status
    }
}
