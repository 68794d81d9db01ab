import Foundation
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("usage/report")
struct UsageReportTests {
    private static func prepared(
        limit: Int64? = nil, sessions count: Int = 1,
        _ body: @escaping @Sendable (World, [String]) async throws -> Void
    ) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000, limit: limit)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            var sessions: [String] = []
            for _ in 0..<count {
                sessions.append(try #require(try await world.validate("dev_a1", token: token).text("session_id")))
            }
            try await body(world, sessions)
        }
    }

    private static func statuses(_ reply: World.Reply) -> [String] {
        reply.items("results").compactMap { $0["status"]?.text }
    }

    @Test("Any duplicates, reorders and epochs leave the totals exact", arguments: 1...8)
    func exact(seed: Int) async throws {
        try await Self.prepared(sessions: 4) { (world: World, sessions: [String]) async throws in
            var random = SeededGenerator(seed: UInt64(seed))
            var reports: [(epoch: String, item: JSONValue)] = []
            var truth: Int64 = 0
            for session in sessions {
                for epoch in ["first", "second"] {
                    var (up, down): (Int64, Int64) = (0, 0)
                    for seq in 1...Int64.random(in: 1...8, using: &random) {
                        up += Int64.random(in: 0...10_000, using: &random)
                        down += Int64.random(in: 0...10_000, using: &random)
                        reports.append((epoch, World.usage(session, seq, up: up, down: down)))
                    }
                    truth += up + down
                }
            }
            for report in reports where Bool.random(using: &random) { reports.append(report) }
            reports.shuffle(using: &random)
            while !reports.isEmpty {
                let batch = reports.prefix(Int.random(in: 1...5, using: &random))
                reports.removeFirst(batch.count)
                for epoch in ["first", "second"] {
                    let items = batch.filter { $0.epoch == epoch }.map(\.item)
                    #expect(try await world.report(items, epoch: epoch).status == 200)
                }
            }
            #expect(try await world.number("SELECT sum(bytes_up + bytes_down)::bigint AS n FROM sessions") == truth)
            #expect(try await world.number("SELECT sum(bytes_up + bytes_down)::bigint AS n FROM usage_hourly") == truth)
            #expect(try await world.number("SELECT sum(bytes_used)::bigint AS n FROM subscription_usage") == truth)
        }
    }

    @Test("Counters stay at the highest number that JSON carries exactly, and never fail")
    func highest() async throws {
        let highest: Int64 = (1 << 53) - 1
        try await Self.prepared(sessions: 2) { (world: World, sessions: [String]) async throws in
            for epoch in 1...3 {
                let items = sessions.map { World.usage($0, 1, up: highest, down: highest) }
                let reply = try await world.report(items, epoch: "epoch-\(epoch)")
                #expect(Self.statuses(reply) == ["accepted", "accepted"])
            }
            #expect(try await world.number("SELECT min(least(bytes_up, bytes_down)) AS n FROM sessions") == highest)
            #expect(try await world.number("SELECT max(greatest(bytes_up, bytes_down)) AS n FROM sessions") == highest)
            #expect(try await world.number("SELECT max(bytes_up) AS n FROM usage_hourly") == highest)
            #expect(try await world.number("SELECT max(bytes_used) AS n FROM subscription_usage") == highest)
        }
    }

    @Test("Reports sent at once from many tasks leave the totals exact")
    func exactUnderRaces() async throws {
        try await Self.prepared(sessions: 5) { (world: World, sessions: [String]) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for seq in 1...Int64(10) {
                    for _ in 1...2 {
                        group.addTask { () async throws in
                            let items = sessions.map { World.usage($0, seq, up: seq * 100, down: seq * 10) }
                            #expect(try await world.report(items.shuffled()).status == 200)
                        }
                    }
                    group.addTask { () async throws in
                        #expect(try await world.beat(sessions: sessions.shuffled()).status == 200)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await world.number("SELECT sum(bytes_up + bytes_down)::bigint AS n FROM usage_hourly") == 5_500)
        }
    }

    @Test("Each item has its status, in the order of the reports")
    func statuses() async throws {
        try await Self.prepared { (world: World, sessions: [String]) async throws in
            let id = sessions[0]
            let other = OpaqueToken(.gateway)
            try await world.addGateway("gwy_2", token: other)
            let reply = try await world.report([
                World.usage(id, 2, up: 10, down: 10), World.usage(id, 2, up: 10, down: 10),
                World.usage(id, 3, up: 9, down: 10), World.usage(id, 1, up: 1, down: 1),
                World.usage("ses_unknown", 1, up: 1, down: 1), World.usage(id, 3, up: -1, down: 1), "text",
                ["session_id": .string(id), "seq": "4"], World.usage(id, 3, up: 11, down: 10),
            ])
            #expect(
                Self.statuses(reply) == [
                    "accepted", "stale", "invalid", "stale", "unknown_session", "invalid", "invalid", "invalid",
                    "accepted",
                ])
            let foreign = try await world.report([World.usage(id, 9, up: 99, down: 99)], by: other)
            #expect(Self.statuses(foreign) == ["unknown_session"])
            #expect(try await world.number("SELECT bytes_up + bytes_down AS n FROM sessions") == 21)
        }
    }

    @Test("Long names are no fault: a session of that name is unknown, a reason is cut, and its bytes count")
    func longTexts() async throws {
        try await Self.prepared { (world: World, sessions: [String]) async throws in
            let long = String(repeating: "é", count: 300)
            #expect(
                Self.statuses(try await world.report([World.usage(long, 1, up: 1, down: 0)])) == ["unknown_session"])
            var item = World.usage(sessions[0], 1, up: 5, down: 0).object ?? JSONObject()
            item["final"] = .bool(true)
            item["close_reason"] = .string(long)
            #expect(Self.statuses(try await world.report([.object(item)])) == ["accepted"])
            #expect(try await world.number("SELECT bytes_up AS n FROM sessions WHERE id = \(sessions[0])") == 5)
            #expect(
                try await world.number("SELECT length(close_reason) AS n FROM sessions WHERE id = \(sessions[0])")
                    == 200)
        }
    }

    @Test("An invalid item still names its session, and leaves the highest sequence number")
    func invalidNames() async throws {
        try await Self.prepared { (world: World, sessions: [String]) async throws in
            world.clock.advance(80)
            let reply = try await world.report([World.usage(sessions[0], 7, up: -1, down: 0)])
            #expect(reply["leases", "0", "session_id"]?.text == sessions[0])
            world.clock.advance(80)
            #expect(
                Self.statuses(try await world.report([World.usage(sessions[0], 1, up: 1, down: 0)])) == ["accepted"])
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 1)
        }
    }

    @Test("Types are judged before the session, the session before the order, the order before the counters")
    func orderOfChecks() async throws {
        try await Self.prepared { (world: World, sessions: [String]) async throws in
            let id = sessions[0]
            _ = try await world.report([World.usage(id, 5, up: 100, down: 100, streams: 3)])
            let reply = try await world.report([
                World.usage("ses_unknown", 1, up: -1, down: 1), World.usage("ses_unknown", 1, up: 1, down: 1),
                World.usage(id, 5, up: 1, down: 1), World.usage(id, 6, up: 100, down: 100, streams: 2),
                [
                    "session_id": .string(id), "seq": .integer(6), "bytes_up": .integer(200),
                    "bytes_down": .integer(200),
                ],
                World.usage(id, 6, up: 100, down: 100, streams: 3),
            ])
            #expect(
                Self.statuses(reply) == ["invalid", "unknown_session", "stale", "invalid", "invalid", "accepted"])
        }
    }

    @Test("Too many reports or no epoch count nothing")
    func refusedBodies() async throws {
        try await Self.prepared { (world: World, sessions: [String]) async throws in
            let items = (1...1_001).map { World.usage(sessions[0], Int64($0), up: 1, down: 1) }
            #expect(try await world.report(items).status == 422)
            #expect(try await world.report([items[0]], epoch: "").status == 422)
            #expect(try await world.number("SELECT bytes_up + bytes_down AS n FROM sessions") == 0)
        }
    }

    @Test("A final report ends the session; a later one of it still counts")
    func final() async throws {
        try await Self.prepared { (world: World, sessions: [String]) async throws in
            let reply = try await world.report([World.usage(sessions[0], 2, up: 5, down: 5, final: true)])
            #expect(reply.items("leases").isEmpty)
            #expect(try await world.number("SELECT count(ended_at) AS n FROM sessions") == 1)
            #expect(
                Self.statuses(try await world.report([World.usage(sessions[0], 3, up: 9, down: 5)])) == ["accepted"])
            #expect(try await world.number("SELECT bytes_up + bytes_down AS n FROM sessions") == 14)
        }
    }

    @Test("Leases of a user together never exceed what is left", arguments: [100_000, 1_000_000, 1_000_000_000])
    func leases(limit: Int64) async throws {
        try await Self.prepared(limit: limit, sessions: 6) { (world: World, sessions: [String]) async throws in
            var random = SeededGenerator(seed: 7)
            var counters: [String: Int64] = [:]
            var leases: [String: Int64] = [:]
            for row in try await world.pool.query("SELECT id, lease_bytes FROM sessions") {
                leases[try row.decode("id")] = try row.decode("lease_bytes")
            }
            for round in 1...Int64(40) {
                let id = try #require(sessions.randomElement(using: &random))
                let moved = Int64.random(in: 0...(leases[id] ?? 0), using: &random)
                counters[id, default: 0] += moved
                let reply = try await world.report([World.usage(id, round, up: counters[id] ?? 0, down: 0)])
                let lease = reply.items("leases").first?["lease_bytes"]
                if case .number(let number)? = lease { leases[id] = number.integer }
                let left = limit - counters.values.reduce(0, +)
                let open = leases.values.reduce(0, +)
                #expect(open <= left)
                #expect((leases[id] ?? 0) <= 67_108_864)
                let beside = left - (open - (leases[id] ?? 0))
                #expect(beside <= 65_536 || (leases[id] ?? 0) <= beside / 2)
            }
        }
    }

    @Test("Crossing the quota revokes the user's sessions")
    func quota() async throws {
        try await Self.prepared(limit: 1_000, sessions: 2) { (world: World, sessions: [String]) async throws in
            let reply = try await world.report([World.usage(sessions[0], 1, up: 600, down: 400)])
            #expect(Set(reply.items("revoke").compactMap { $0["session_id"]?.text }) == Set(sessions))
            #expect(reply["revoke", "0", "reason"]?.text == "quota_exceeded")
            #expect(reply["leases", "0", "lease_bytes"] == .integer(0))
            let final = try await world.report([World.usage(sessions[0], 2, up: 600, down: 400, final: true)])
            #expect(final.items("revoke").count == 1)
        }
    }

    @Test("A session not named for 90 s ends; naming it again undoes that unless the user is blocked")
    func leaseExpiry() async throws {
        try await Self.prepared(sessions: 2) { (world: World, sessions: [String]) async throws in
            world.clock.advance(91)
            try await world.pool.execute("SELECT sweep_sessions(\(world.clock.now))")
            #expect(
                try await world.number("SELECT count(*) AS n FROM sessions WHERE close_reason = 'lease_expired'") == 2)
            #expect(try await world.beat(sessions: [sessions[0]]).items("revoke").isEmpty)
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 1)
            try await world.pool.execute("UPDATE users SET status = 'blocked'")
            let reply = try await world.beat(sessions: sessions)
            #expect(reply.items("revoke").count == 2)
            #expect(reply["revoke", "0", "reason"]?.text == "blocked")
            #expect(try await world.number("SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL") == 1)
        }
    }
}
