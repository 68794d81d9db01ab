import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Explaining an assignment")
struct ExplainTests {
    private static func prepared(
        _ body:
            @escaping @Sendable (World, @escaping @Sendable (JSONObject) async throws -> World.Reply) async throws
            -> Void
    ) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 100, regions: ["eu", "us"])
            try await world.addUser("a")
            let issuer = ApiTokenIssuer(pool: world.pool, keys: world.core.keys)
            let support = try await issuer.create(name: "s", role: .support, days: 1, at: world.clock.now)
            try await body(world) { members in
                try await world.post(
                    ControlPlanePath.assignOutline + "?explain=true", .object(members), bearer: support)
            }
        }
    }

    private static func removed(_ reply: World.Reply) -> [String: String] {
        reply.items("candidates").reduce(into: [:]) { removed, item in
            removed[item["node_id"]?.text ?? ""] = item["removed_by"]?.text ?? "-"
        }
    }

    @Test("Every node that is out is out for a reason of the contract")
    func reasons() async throws {
        try await Self.prepared { world, explain in
            let nodes = [
                "free", "draining", "maintenance", "disabled", "suspect", "down", "probation", "far", "keyless", "full",
                "left",
            ]
            for name in nodes { try await world.addNode("oln_\(name)") }
            try await world.addNode("oln_us", region: "us")
            try await world.addNode("oln_asia", region: "asia")
            for status in ["draining", "maintenance", "disabled"] {
                try await world.pool.execute(
                    "UPDATE outline_nodes SET status = \(status) WHERE id = \("oln_" + status)")
            }
            for (state, silence, streak) in [("suspect", 25.0, 3), ("down", 45, 3), ("probation", 0, 1)] {
                try await world.pool.execute(
                    """
                    UPDATE outline_nodes SET last_heartbeat_at = \(world.clock.now.addingTimeInterval(-silence)),
                        heartbeat_streak = \(streak)::integer WHERE id = \("oln_" + state)
                    """)
            }
            try await world.pool.execute("UPDATE outline_nodes SET host = NULL WHERE id = 'oln_keyless'")
            try await world.pool.execute("UPDATE outline_nodes SET capacity = 1 WHERE id = 'oln_full'")
            let token = try await world.tokens(of: "dev_a1").accessToken
            let session = try #require(try await world.validate("dev_a1", token: token).text("session_id"))
            try await world.pool.execute("UPDATE sessions SET node_id = 'oln_full'")
            for _ in 1...3 { _ = try await world.beat(egress: [["node_id": "oln_far", "ok": .bool(false)]]) }
            var expected = [
                "oln_free": "-", "oln_draining": "status_draining", "oln_maintenance": "status_maintenance",
                "oln_disabled": "status_disabled", "oln_suspect": "state_suspect", "oln_down": "state_down",
                "oln_probation": "state_probation", "oln_far": "-", "oln_keyless": "no_key", "oln_full": "capacity",
                "oln_left": "excluded", "oln_us": "region", "oln_asia": "region",
            ]
            let asked = try await explain(
                JSONObject([
                    ("device_id", "dev_a1"), ("region_code", "eu"), ("exclude", .array(["oln_left", "oln_nix"])),
                ]))
            #expect(Self.removed(asked) == expected)
            for item in asked.items("candidates") {
                #expect(item["eligible"] == .bool(item["removed_by"] == .null))
                #expect((item["score"] == .null) == (item["removed_by"] != .null))
            }
            expected.merge(
                ["oln_far": "unreachable", "oln_full": "-", "oln_left": "-", "oln_us": "-", "oln_asia": "plan_regions"]
            ) { _, new in new }
            let within = try await explain(
                JSONObject([("device_id", "dev_a1"), ("session_id", .string(session))]))
            #expect(Self.removed(within) == expected)
        }
    }

    @Test("It changes nothing, and what it chooses is what the next call of either kind gets")
    func chosen() async throws {
        try await Self.prepared { world, explain in
            for (id, weight) in [("oln_1", 300), ("oln_2", 200), ("oln_3", 50)] {
                try await world.addNode(id, weight: weight)
            }
            let token = try await world.tokens(of: "dev_a1").accessToken
            let question = JSONObject([("device_id", "dev_a1")])
            var turns: [String: Int] = [:]
            for round in 1...22 {
                let first = try await explain(question)
                #expect(try await explain(question).json == first.json)
                let node =
                    round.isMultiple(of: 2)
                    ? try await world.assign("dev_a1").text("node_id")
                    : try await world.validate("dev_a1", token: token)["nodes", "0", "node_id"]?.text
                #expect(node == first.text("chosen"))
                turns[node ?? "", default: 0] += 1
            }
            #expect(turns == ["oln_1": 12, "oln_2": 8, "oln_3": 2])
        }
    }

    @Test("Without an eligible node nothing is chosen")
    func none() async throws {
        try await Self.prepared { world, explain in
            let reply = try await explain(JSONObject([("device_id", "dev_a1")]))
            #expect(reply.status == 200 && reply["chosen"] == .null && reply["candidates"] == .array([]))
            #expect(try await explain(JSONObject([("device_id", "dev_no")])).text("code") == "device_not_found")
        }
    }
}
