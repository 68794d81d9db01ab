import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Lists")
struct ListTests {
    private func walk(_ api: AdminFixture, _ path: String, between: (Int) async throws -> Void = { _ in }) async throws
        -> [String]
    {
        var ids: [String] = []
        var next: String? = nil
        var page = 0
        repeat {
            let cursor = next.map { "&cursor=\($0)" } ?? ""
            let answer = try await api.get(path + cursor)
            #expect(answer.status == 200)
            ids += answer.items.compactMap { $0["email"]?.text }
            next = answer.json["next_cursor"]?.text
            try await between(page)
            page += 1
        } while next != nil && page < 50
        return ids
    }

    @Test("are walked in both directions without repeats or gaps, while rows come and go")
    func walks() async throws {
        try await AdminFixture.run { api in
            try await api.pool.execute(
                """
                INSERT INTO users (id, email, created_at)
                SELECT 'usr_' || lpad(n::text, 3, '0'), 'u' || lpad(n::text, 3, '0') || '@x',
                    timestamptz '2026-01-01' + (n / 3) * interval '1 microsecond'
                FROM generate_series(1, 20) n
                """)
            let all = (1...20).map { "u\($0 < 10 ? "00" : "0")\($0)@x" }
            #expect(try await walk(api, "users?limit=3&sort=created_at") == all)
            #expect(try await walk(api, "users?limit=20") == all.reversed())
            let seen = try await walk(api, "users?limit=4") { page in
                _ = try await api.user("new\(page)@x")
                if page == 1 {
                    try await api.pool.execute("UPDATE users SET deleted_at = now() WHERE email = 'u014@x'")
                }
            }
            #expect(seen == all.reversed())
        }
    }

    @Test("are filtered, and a cursor belongs to its filters")
    func filters() async throws {
        try await AdminFixture.run { api in
            for index in 0..<4 { _ = try await api.user("u\(index)@x") }
            try await api.pool.execute("UPDATE users SET status = 'blocked' WHERE email = 'u1@x'")
            #expect(try await api.get("users?status=blocked").items.count == 1)
            #expect(try await api.get("users?email=U2@X").items.count == 1)
            #expect(try await api.get("users?email=").items.isEmpty)
            #expect(try await api.get("users?created_at%5Blt%5D=2020-01-01T00:00:00Z").items.isEmpty)
            #expect(try await api.get("users?created_at%5Bgte%5D=2020-01-01T00:00:00Z").items.count == 4)
            let cursor = try #require(try await api.get("users?limit=1&status=active").json["next_cursor"]?.text)
            #expect(try await api.get("users?limit=2&status=active&cursor=\(cursor)").items.count == 2)
            for query in [
                "cursor=\(cursor)", "status=blocked&cursor=\(cursor)", "cursor=x", "cursor=",
                "sort=created_at&status=active&cursor=\(cursor)",
            ] {
                #expect(try await api.get("users?\(query)").code == "invalid_cursor", "\(query)")
            }
            #expect(try await api.get("plans?cursor=\(cursor)").code == "invalid_cursor")
        }
    }

    @Test("of every resource answer an empty page for an unknown id and show the members of one")
    func everyResource() async throws {
        try await AdminFixture.run { api in
            for path in [
                "users", "devices", "plans", "subscriptions", "regions", "outline-nodes", "gateway-nodes", "sessions",
            ] {
                let answer = try await api.get(path)
                #expect(answer.status == 200 && answer.body == #"{"items":[],"next_cursor":null}"#, "\(path)")
                #expect(try await api.get("\(path)/x").status == 404)
            }
            #expect(try await api.get("sessions?user_id=usr_x&node_id=y&status=active").items.isEmpty)
            let user = try await api.user()
            let one = try await api.get("users/\(user)")
            #expect(try await api.get("users").items == [one.json])
        }
    }
}
