import Foundation
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Life of a session")
struct SessionLifeTests {
    private static func prepared(
        maxSessions: Int = 10, _ body: @escaping @Sendable (World, String, String) async throws -> Void
    ) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: maxSessions)
            try await world.addNode("oln_1")
            try await world.addUser("a", devices: 2)
            let token = try await world.tokens(of: "dev_a1").accessToken
            let session = try #require(try await world.validate("dev_a1", token: token).text("session_id"))
            try await body(world, session, token)
        }
    }

    private static func revoked(_ reply: World.Reply) -> [String: String] {
        Dictionary(
            reply.items("revoke").map { ($0["session_id"]?.text ?? "", $0["reason"]?.text ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    @Test(
        "What ends the right to connect revokes the session, which stays active until its final report",
        arguments: [
            ("UPDATE users SET status = 'blocked'", "blocked"),
            ("UPDATE devices SET status = 'blocked'", "blocked"),
            ("UPDATE users SET deleted_at = now()", "deleted"),
            ("UPDATE devices SET deleted_at = now()", "deleted"),
            ("UPDATE subscriptions SET cancelled_at = now()", "no_active_subscription"),
            ("UPDATE subscriptions SET deleted_at = now()", "no_active_subscription"),
            ("UPDATE subscriptions SET ends_at = starts_at + interval '1 hour'", "no_active_subscription"),
            ("UPDATE gateway_nodes SET status = 'disabled'", "revoked"),
        ])
    func revocations(change: String, reason: String) async throws {
        try await Self.prepared { world, session, _ in
            try await world.pool.execute("\(unsafe: change)")
            for seq in 1...3 {
                #expect(Self.revoked(try await world.beat(sessions: [session])) == [session: reason])
                let reply = try await world.report([World.usage(session, Int64(seq), up: 1, down: 1)])
                #expect(Self.revoked(reply) == [session: reason])
                #expect(reply["leases", "0", "lease_bytes"] == .integer(0))
            }
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 1)
            let final = try await world.report([World.usage(session, 9, up: 1, down: 1, final: true)])
            #expect(Self.revoked(final).isEmpty)
            let kept = try await world.pool.first("SELECT close_reason FROM sessions")
            #expect(try kept?.decode("close_reason") == reason)
        }
    }

    @Test("A revocation is forgotten when the session was not named for 90 s, and told again when it is named")
    func forgotten() async throws {
        try await Self.prepared { world, session, _ in
            try await world.pool.execute("UPDATE users SET status = 'blocked'")
            #expect(Self.revoked(try await world.beat(sessions: [session])) == [session: "blocked"])
            world.clock.advance(89)
            #expect(Self.revoked(try await world.beat()) == [session: "blocked"])
            world.clock.advance(1)
            #expect(Self.revoked(try await world.beat()).isEmpty)
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 0)
            #expect(Self.revoked(try await world.beat(sessions: [session])) == [session: "blocked"])
        }
    }

    @Test("A revoked session keeps its place, a replaced one gives it up at once")
    func places() async throws {
        try await Self.prepared(maxSessions: 1) { world, session, token in
            let other = try await world.tokens(of: "dev_a2").accessToken
            try await world.pool.execute(
                "UPDATE sessions SET revoked_at = \(world.clock.now), revoke_reason = 'revoked'")
            #expect(try await world.validate("dev_a2", token: other).text("code") == "session_limit")
            let next = try await world.validate("dev_a1", token: token)
            #expect(next.status == 200)
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 1)
            #expect(Self.revoked(try await world.beat()).keys.contains(session))
        }
    }

    @Test("An expiry that is undone may exceed the session limit and counts from then on")
    func undone() async throws {
        try await Self.prepared(maxSessions: 1) { world, session, _ in
            world.clock.advance(90)
            let other = try await world.tokens(of: "dev_a2").accessToken
            let second = try #require(try await world.validate("dev_a2", token: other).text("session_id"))
            #expect(Self.revoked(try await world.beat(sessions: [session, second])).isEmpty)
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 2)
            let token = try await world.tokens(of: "dev_a1").accessToken
            #expect(try await world.validate("dev_a1", token: token).text("code") == "session_limit")
        }
    }

    @Test("A lease of a session that ended without a final report is free after 60 s, with one at once")
    func freedLeases() async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 10, limit: 1_000)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            func opened() async throws -> String {
                try #require(try await world.validate("dev_a1", token: token).text("session_id"))
            }
            func lease(_ session: String, _ seq: Int64) async throws -> JSONValue? {
                try await world.report([World.usage(session, seq, up: 0, down: 0)])["leases", "0", "lease_bytes"]
            }
            let (silent, session) = (try await opened(), try await opened())
            #expect(try await lease(session, 1) == .integer(0))
            world.clock.advance(60)
            #expect(try await lease(session, 2) == .integer(0))
            world.clock.advance(31)
            #expect(try await lease(session, 3) == .integer(0))
            world.clock.advance(59)
            #expect(try await lease(session, 4) == .integer(0))
            world.clock.advance(1)
            #expect(try await lease(session, 5) == .integer(1_000))
            _ = try await world.report([World.usage(session, 6, up: 0, down: 0, final: true)])
            #expect(try await lease(try await opened(), 1) == .integer(1_000))
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE id = \(silent)") == 1)
        }
    }
}
