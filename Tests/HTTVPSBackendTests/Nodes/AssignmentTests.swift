import Foundation
import HTTPTypes
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Assignment of nodes")
struct AssignmentTests {
    @Test("Smooth weighted round robin gives every node its turns, spread out")
    func smooth() async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000)
            for (id, weight) in [("oln_a", 500), ("oln_b", 100), ("oln_c", 100)] {
                try await world.addNode(id, weight: weight)
            }
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            var turns = ""
            for _ in 1...14 {
                let reply = try await world.validate("dev_a1", token: token)
                turns += reply["nodes", "0", "node_id"]?.text?.suffix(1) ?? "?"
            }
            #expect(turns == "aabacaaaabacaa")
        }
    }

    @Test("Turns taken at once are exact too, and assign-outline shares them")
    func shared() async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000)
            try await world.addNode("oln_a", weight: 300)
            try await world.addNode("oln_b", weight: 100)
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            let chosen = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 1...40 {
                    group.addTask {
                        if number.isMultiple(of: 2) {
                            return try await world.validate("dev_a1", token: token)["nodes", "0", "node_id"]?.text ?? ""
                        }
                        return try await world.assign("dev_a1").text("node_id") ?? ""
                    }
                }
                return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(chosen == ["oln_a": 30, "oln_b": 10])
        }
    }

    @Test("A region comes first, others of the plan stand in, and nothing else does")
    func regions() async throws {
        try await World.run { world in
            try await world.addPlan(regions: ["eu", "us"])
            try await world.addNode("oln_eu", region: "eu")
            try await world.addNode("oln_us", region: "us")
            try await world.addNode("oln_asia", region: "asia")
            try await world.addUser("a")
            #expect(try await world.assign("dev_a1", region: "us").text("node_id") == "oln_us")
            #expect(try await world.assign("dev_a1", region: "us", exclude: ["oln_us"]).text("node_id") == "oln_eu")
            let none = try await world.assign("dev_a1", region: "asia", exclude: ["oln_us", "oln_eu", "oln_nix"])
            #expect(none.status == 503 && none.text("code") == "no_healthy_outline_nodes")
            #expect(none.headers[.retryAfter] != nil)
            try await world.pool.execute("UPDATE outline_nodes SET deleted_at = now() WHERE region <> 'asia'")
            #expect(try await world.assign("dev_a1").text("code") == "no_outline_nodes_available")
            #expect(try await world.assign("dev_nix").text("code") == "device_not_found")
            #expect(try await world.assign("dev_a1", session: "ses_nix").text("code") == "session_not_found")
        }
    }

    @Test("Three failures in a row keep a node from that gateway for 30 s or until it connects")
    func unreachable() async throws {
        try await World.run { world in
            try await world.addPlan()
            try await world.addNode("oln_1")
            try await world.addUser("a")
            func failure(_ ok: Bool) -> JSONValue { ["node_id": "oln_1", "ok": .bool(ok), "errors": .integer(1)] }
            for _ in 1...2 { _ = try await world.beat(egress: [failure(false)]) }
            #expect(try await world.assign("dev_a1").status == 200)
            _ = try await world.beat(egress: [failure(false)])
            #expect(try await world.assign("dev_a1").text("code") == "no_healthy_outline_nodes")
            world.clock.advance(30)
            #expect(try await world.assign("dev_a1").status == 200)
            _ = try await world.beat(egress: [failure(false)])
            #expect(try await world.assign("dev_a1").status == 503)
            _ = try await world.beat(egress: [failure(true)])
            #expect(try await world.assign("dev_a1").status == 200)
        }
    }

    @Test("Capacity holds against live sessions, also when many come at once")
    func capacity() async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000)
            try await world.addNode("oln_1", capacity: 3)
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            let granted = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...12 {
                    group.addTask { try await world.validate("dev_a1", token: token).status == 200 ? 1 : 0 }
                }
                return try await group.reduce(0, +)
            }
            #expect(granted == 3)
        }
    }

    @Test("Explaining says why each node is out and names the node of the next call")
    func explain() async throws {
        try await World.run { world in
            try await world.addPlan()
            for id in ["oln_1", "oln_2", "oln_3"] { try await world.addNode(id) }
            try await world.pool.execute("UPDATE outline_nodes SET status = 'draining' WHERE id = 'oln_3'")
            try await world.addUser("a")
            let issuer = ApiTokenIssuer(pool: world.pool, keys: world.core.keys)
            let admin = try await issuer.create(name: "a", role: .support, days: 1, at: world.clock.now)
            for _ in 1...3 {
                let reply = try await world.post(
                    ControlPlanePath.assignOutline + "?explain=true", ["device_id": "dev_a1"], bearer: admin)
                #expect(reply.status == 200)
                let removed = reply.items("candidates").first { $0["node_id"] == "oln_3" }
                #expect(removed?["removed_by"] == "status_draining" && removed?["score"] == .null)
                #expect(reply.text("chosen") == (try await world.assign("dev_a1").text("node_id")))
            }
            let plain = try await world.post(ControlPlanePath.assignOutline, ["device_id": "dev_a1"], bearer: admin)
            #expect(plain.status == 403 && plain.text("code") == "forbidden")
        }
    }
}

extension World {
    func assign(
        _ device: String, session: String? = nil, region: String? = nil, exclude: [String] = []
    ) async throws -> Reply {
        try await post(
            ControlPlanePath.assignOutline,
            [
                "device_id": .string(device), "session_id": .optional(session), "region_code": .optional(region),
                "exclude": .array(exclude.map(JSONValue.string)),
            ], bearer: gateway.text)
    }
}
