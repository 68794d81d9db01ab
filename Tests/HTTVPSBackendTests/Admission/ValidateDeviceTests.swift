import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("validate-device")
struct ValidateDeviceTests {
    @Test("A gateway's call opens the session and assigns ranked nodes")
    func opens() async throws {
        try await World.run { world in
            try await world.addPlan()
            for number in 1...7 { try await world.addNode("oln_\(number)") }
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            let reply = try await world.validate("dev_a1", token: token)
            #expect(reply.status == 200)
            #expect(reply["allowed"] == .bool(true))
            #expect(reply.text("subscription_status") == "active")
            #expect(reply["expires_at"] == .null)
            #expect(reply["limits", "lease_bytes"] == .null)
            #expect(reply.items("nodes").count == 5)
            #expect(reply["nodes", "0", "password"]?.text == "secret of \(reply["nodes", "0", "node_id"]?.text ?? "")")
            #expect(reply["credentials"] == nil)
            let session = try #require(reply.text("session_id"))
            let kept = try await world.pool.first("SELECT node_id FROM sessions WHERE id = \(session)")
            #expect(try kept?.decode("node_id") == reply["nodes", "0", "node_id"]?.text)
        }
    }

    @Test("Refusals are checked in their order and change nothing")
    func order() async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1, limit: 1_000)
            try await world.addUser("a", plan: nil, devices: 2)
            let first = try await world.tokens(of: "dev_a1")
            let second = try await world.tokens(of: "dev_a2")
            func code(_ device: String, _ token: String) async throws -> String {
                let reply = try await world.validate(device, token: token)
                #expect(reply.status == 200 || reply["allowed"] == .bool(false))
                #expect(reply.text("code") == reply.text("reason"))
                return reply.text("code") ?? "allowed"
            }
            #expect(try await code("dev_a1", "junk") == "invalid_token")
            #expect(try await code("dev_a1", String(repeating: "j", count: 100_000)) == "invalid_token")
            #expect(try await code("dev_unknown", first.accessToken) == "device_mismatch")
            #expect(try await code(String(repeating: "d", count: 300), first.accessToken) == "device_mismatch")
            #expect(try await code("dev_a2", first.refreshToken) == "device_mismatch")
            #expect(try await code("dev_a1", first.accessToken) == "no_active_subscription")
            try await world.pool.execute(
                """
                INSERT INTO subscriptions (id, user_id, plan_id, starts_at)
                VALUES ('sub_a', 'usr_a', 'pln_1', \(world.clock.now))
                """)
            #expect(try await code("dev_a1", first.accessToken) == "no_egress_available")
            try await world.addNode("oln_1")
            #expect(try await code("dev_a2", second.accessToken) == "allowed")
            #expect(try await code("dev_a1", first.accessToken) == "session_limit")
            try await world.pool.execute(
                """
                INSERT INTO subscription_usage SELECT id, period_start, 1000 FROM subscriptions_at(\(world.clock.now))
                """)
            #expect(try await code("dev_a1", first.accessToken) == "quota_exceeded")
            try await world.pool.execute("UPDATE users SET status = 'blocked'")
            #expect(try await code("dev_a1", first.refreshToken) == "device_blocked")
            try await world.pool.execute("UPDATE devices SET deleted_at = now() WHERE id = 'dev_a1'")
            #expect(try await code("dev_a1", first.refreshToken) == "device_not_found")
            world.clock.advance(1_000)
            #expect(try await code("dev_a1", first.accessToken) == "token_expired")
            #expect(try await world.number("SELECT count(*) AS n FROM sessions") == 1)
            #expect(try await world.number("SELECT count(*) AS n FROM refresh_tokens") == 2)
        }
    }

    @Test("Fifty devices at once on the last place: exactly one gets it")
    func lastPlace() async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 3)
            try await world.addNode("oln_1")
            try await world.addUser("a", devices: 52)
            var tokens: [String] = []
            for number in 1...52 { tokens.append(try await world.tokens(of: "dev_a\(number)").accessToken) }
            for number in 51...52 {
                #expect(try await world.validate("dev_a\(number)", token: tokens[number - 1]).status == 200)
            }
            let granted = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...50 {
                    let token = tokens[number - 1]
                    group.addTask { try await world.validate("dev_a\(number)", token: token).status }
                }
                return try await group.reduce(0) { $0 + ($1 == 200 ? 1 : 0) }
            }
            #expect(granted == 1)
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 3)
        }
    }

    @Test("At the limit the device's own session makes room: never named first, then the oldest")
    func replaced() async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 3)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            var sessions: [String] = []
            for _ in 1...3 {
                sessions.append(try #require(try await world.validate("dev_a1", token: token).text("session_id")))
                world.clock.advance(1)
            }
            _ = try await world.beat(sessions: [sessions[0], sessions[2]])
            _ = try await world.validate("dev_a1", token: token)
            let first = try await world.beat(sessions: [sessions[0], sessions[1], sessions[2]])
            #expect(first["revoke", "0", "session_id"]?.text == sessions[1])
            #expect(first["revoke", "0", "reason"]?.text == "replaced")
            #expect(first.items("revoke").count == 1)
            let fourth = try await world.validate("dev_a1", token: token)
            #expect(fourth.status == 200)
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 3)
        }
    }

    @Test("Anyone else gets the verdict with gateways and leaves no trace")
    func verdictOnly() async throws {
        try await World.run { world in
            try await world.addPlan()
            try await world.addNode("oln_1")
            try await world.addUser("a")
            _ = try await world.beat()
            let tokens = try await world.tokens(of: "dev_a1")
            let reply = try await world.post(
                ControlPlanePath.validateDevice,
                ["device_id": "dev_a1", "token": .string(tokens.refreshToken)], bearer: nil)
            #expect(reply.status == 200)
            #expect(reply["gateways", "0", "url"]?.text == "wss://gateway.example")
            #expect(reply["session_id"] == nil && reply["nodes"] == nil && reply["limits"] == nil)
            #expect(try await world.number("SELECT count(*) AS n FROM sessions") == 0)
            #expect(try await world.number("SELECT count(first_used_at) AS n FROM refresh_tokens") == 0)
        }
    }

    @Test("A disabled gateway is refused, a deleted one is no caller any more")
    func gatewayStanding() async throws {
        try await World.run { world in
            try await world.addPlan()
            try await world.addNode("oln_1")
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            #expect(try await world.validate("dev_a1", token: token).status == 200)
            try await world.pool.execute("UPDATE gateway_nodes SET status = 'disabled'")
            #expect(try await world.validate("dev_a1", token: token).text("code") == "gateway_disabled")
            #expect(try await world.validate("dev_a1", token: "junk").text("code") == "gateway_disabled")
            #expect(try await world.beat().status == 200)
            try await world.pool.execute("UPDATE gateway_nodes SET deleted_at = now()")
            let gone = try await world.validate("dev_a1", token: token)
            #expect(gone.status == 401 && gone.text("code") == "invalid_token")
            #expect(gone.headers[.wwwAuthenticate] == "Bearer")
        }
    }
}
