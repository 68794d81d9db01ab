import Foundation
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Refresh tokens in validate-device")
struct RefreshRotationTests {
    private struct Pair: Equatable {
        var access: String
        var refresh: String
    }

    private static func prepared(_ body: @escaping @Sendable (World, String) async throws -> Void) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            try await body(world, try await world.tokens(of: "dev_a1").refreshToken)
        }
    }

    private static func use(_ token: String, in world: World) async throws -> Pair? {
        let reply = try await world.validate("dev_a1", token: token)
        guard let access = reply["credentials", "access_token"]?.text,
            let refresh = reply["credentials", "refresh_token"]?.text
        else {
            #expect(reply.text("code") == "invalid_token")
            return nil
        }
        return Pair(access: access, refresh: refresh)
    }

    @Test("A repeat within ten seconds answers the same pair, used successor or not")
    func repeats() async throws {
        try await Self.prepared { world, token in
            let first = try #require(try await Self.use(token, in: world))
            world.clock.advance(5)
            #expect(try await Self.use(token, in: world) == first)
            let second = try #require(try await Self.use(first.refresh, in: world))
            #expect(second != first)
            world.clock.advance(5)
            #expect(try await Self.use(token, in: world) == first)
            #expect(try await world.validate("dev_a1", token: first.access).status == 200)
        }
    }

    @Test("Later, while no successor was used, a further one is given, and one use makes the others old")
    func further() async throws {
        try await Self.prepared { world, token in
            let first = try #require(try await Self.use(token, in: world))
            world.clock.advance(11)
            let other = try #require(try await Self.use(token, in: world))
            #expect(other.refresh != first.refresh)
            world.clock.advance(3)
            #expect(try await Self.use(token, in: world) == other)
            _ = try #require(try await Self.use(first.refresh, in: world))
            #expect(try await Self.use(other.refresh, in: world) == nil)
            #expect(try await world.validate("dev_a1", token: first.access).text("code") == "invalid_token")
        }
    }

    @Test("A token whose successor is in use revokes the family and its access tokens")
    func reuse() async throws {
        try await Self.prepared { world, token in
            let first = try #require(try await Self.use(token, in: world))
            let second = try #require(try await Self.use(first.refresh, in: world))
            world.clock.advance(11)
            #expect(try await Self.use(token, in: world) == nil)
            #expect(try await Self.use(second.refresh, in: world) == nil)
            #expect(try await world.validate("dev_a1", token: second.access).text("code") == "invalid_token")
        }
    }

    @Test("Many uses at once give one pair")
    func atOnce() async throws {
        try await Self.prepared { world, token in
            let pairs = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        try await world.validate("dev_a1", token: token)["credentials", "refresh_token"]?.text ?? ""
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(pairs.count == 1 && !pairs.contains(""))
        }
    }
}
