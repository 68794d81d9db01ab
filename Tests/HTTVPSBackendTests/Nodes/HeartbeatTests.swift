import Foundation
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Heartbeats and states")
struct HeartbeatTests {
    @Test(
        "Silence makes a node suspect after 25 s and down after 45 s",
        arguments: [
            (0.0, "healthy"), (24.9, "healthy"), (25, "suspect"), (44.9, "suspect"), (45, "down"), (9_999, "down"),
        ])
    func silence(seconds: Double, state: String) async throws {
        try await World.run { world in
            _ = try await world.beat()
            world.clock.advance(seconds)
            #expect(try await world.gatewayState() == state)
        }
    }

    @Test("The first heartbeat heals; after being down the third does")
    func recovery() async throws {
        try await World.run { world in
            #expect(try await world.gatewayState() == "new")
            #expect(try await world.beat().text("state") == "healthy")
            world.clock.advance(30)
            #expect(try await world.beat().text("state") == "healthy")
            world.clock.advance(60)
            var states: [String?] = []
            for _ in 1...3 {
                states.append(try await world.beat().text("state"))
                world.clock.advance(10)
            }
            #expect(states == ["probation", "probation", "healthy"])
        }
    }

    @Test("A gateway or node that is gone or disabled hears so, whatever its body is")
    func goneBeforeBody() async throws {
        try await World.run { world in
            let agent = OpaqueToken(.node)
            try await world.addNode("oln_1", token: agent)
            let paths = [
                ControlPlanePath.gatewayHeartbeat, ControlPlanePath.usageReport, ControlPlanePath.validateDevice,
                ControlPlanePath.assignOutline, ControlPlanePath.outlineHeartbeat,
            ]
            func codes(by bearer: OpaqueToken) async throws -> [String?] {
                var codes: [String?] = []
                for path in paths { codes.append(try await world.post(path, [:], bearer: bearer.text).text("code")) }
                return codes
            }
            let wrong = "validation_failed"
            #expect(try await codes(by: world.gateway) == [wrong, wrong, wrong, wrong, wrong])
            #expect(try await codes(by: agent).last == wrong)
            try await world.pool.execute("UPDATE gateway_nodes SET status = 'disabled'")
            try await world.pool.execute("UPDATE outline_nodes SET status = 'disabled'")
            let disabled = "gateway_disabled"
            #expect(try await codes(by: world.gateway) == [wrong, wrong, disabled, disabled, wrong])
            #expect(try await codes(by: agent).last == "node_disabled")
            try await world.pool.execute("UPDATE gateway_nodes SET deleted_at = now()")
            try await world.pool.execute("UPDATE outline_nodes SET deleted_at = now()")
            #expect(try await codes(by: world.gateway) == Array(repeating: "invalid_token", count: 5))
            #expect(try await codes(by: agent).last == "invalid_token")
        }
    }

    @Test("An agent speaks for its own node only, and not when it is disabled")
    func agents() async throws {
        try await World.run { world in
            let token = OpaqueToken(.node)
            try await world.addNode("oln_1", token: token)
            try await world.addNode("oln_2")
            func beat(_ id: String, by bearer: OpaqueToken) async throws -> World.Reply {
                try await world.post(
                    ControlPlanePath.outlineHeartbeat,
                    ["node_id": .string(id), "epoch": "e", "timestamp": .time(world.clock.now)], bearer: bearer.text)
            }
            let own = try await beat("oln_1", by: token)
            #expect(own.text("state") == "healthy" && own["drain"] == .bool(false) && own["revoke"] == .array([]))
            #expect(try await beat("oln_2", by: token).text("code") == "forbidden")
            #expect(try await beat("oln_2", by: world.gateway).text("state") == "healthy")
            #expect(try await beat("oln_9", by: world.gateway).text("code") == "outline_node_not_found")
            try await world.pool.execute("UPDATE outline_nodes SET status = 'disabled'")
            #expect(try await beat("oln_1", by: token).text("code") == "node_disabled")
            #expect(try await beat("oln_1", by: world.gateway)["drain"] == .bool(true))
        }
    }

    @Test("A heartbeat in another's name is refused before its faults are told")
    func otherName() async throws {
        try await World.run { world in
            let token = OpaqueToken(.node)
            try await world.addNode("oln_1", token: token)
            for (path, bearer) in [
                (ControlPlanePath.gatewayHeartbeat, world.gateway), (ControlPlanePath.outlineHeartbeat, token),
            ] {
                let reply = try await world.post(path, ["node_id": "gwy_other"], bearer: bearer.text)
                #expect(reply.status == 403 && reply.text("code") == "forbidden")
            }
        }
    }

    @Test("Every fault of a heartbeat is named at once")
    func faults() async throws {
        try await World.run { world in
            let reply = try await world.post(
                ControlPlanePath.gatewayHeartbeat,
                ["cpu_load": "high", "sessions": .array([.integer(1)]), "egress": .array([["ok": .bool(true)]])],
                bearer: world.gateway.text)
            #expect(reply.status == 422)
            let pointers = Set(reply.items("errors").compactMap { $0["pointer"]?.text })
            #expect(
                pointers == ["/node_id", "/epoch", "/timestamp", "/cpu_load", "/sessions/0", "/egress/0/node_id"])
        }
    }
}

extension World {
    func gatewayState() async throws -> String? {
        try await pool.first(
            "SELECT node_state(last_heartbeat_at, heartbeat_streak, \(clock.now)) AS state FROM gateway_nodes"
        )?.decode("state")
    }
}
