import Foundation
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Usage by hour and day")
struct UsageHistoryTests {
    @Test("sums exactly, whatever it is grouped by", arguments: UsageGroup.allCases)
    func groups(_ group: UsageGroup) async throws {
        try await AdminFixture.run { api in
            let rows = try await fill(api)
            for interval in UsageInterval.allCases {
                let items = try await all(api, "group_by=\(group.rawValue)&interval=\(interval.rawValue)&limit=7")
                #expect(items == expected(rows, group, interval))
                #expect(items.map(\.up).reduce(0, +) == rows.map(\.up).reduce(0, +))
                let one = try #require(items.randomElement()).id
                let filter = "group_by=\(group.rawValue)&interval=\(interval.rawValue)&\(group.member)=\(one)"
                #expect(try await all(api, filter) == items.filter { $0.id == one })
            }
        }
    }

    @Test("takes the buckets from and up to a time, in UTC days")
    func ranges() async throws {
        try await AdminFixture.run { api in
            let rows = try await fill(api)
            let hours = expected(rows, .region, .hour)
            let days = expected(rows, .region, .day)
            let hour = "bucket[gte]=2026-03-01T12:30:00Z&bucket[lt]=2026-03-01T20:00:00Z"
            #expect(
                try await all(api, "group_by=region&\(hour)")
                    == hours.filter { $0.bucket >= "2026-03-01T13" && $0.bucket < "2026-03-01T20" })
            let day = "interval=day&bucket[gte]=2026-03-01T00:00:01Z&bucket[lt]=2026-03-03T00:00:00Z"
            #expect(
                try await all(api, "group_by=region&\(day)")
                    == days.filter { $0.bucket.hasPrefix("2026-03-02") })
            let offset = "interval=day&bucket[gte]=2026-03-01T02:00:00%2B02:00"
            #expect(try await all(api, "group_by=region&\(offset)") == days)
            #expect(try await all(api, "group_by=region&region=nowhere").isEmpty)
        }
    }

    @Test(
        "refuses what it does not know",
        arguments: [
            ("", "invalid_query"), ("group_by=plan", "invalid_query"), ("group_by=user&interval=week", "invalid_query"),
            ("group_by=user&group_by=user", "invalid_query"), ("group_by=user&limit=0", "invalid_query"),
            ("group_by=user&limit=201", "invalid_query"), ("group_by=user&bucket[gte]=soon", "invalid_query"),
            ("group_by=user&sort=bucket", "unknown_query_parameter"),
            ("group_by=user&device_id=dev_1", "unknown_query_parameter"),
            ("group_by=region&region_id=eu", "unknown_query_parameter"), ("group_by=user&cursor=x", "invalid_cursor"),
        ])
    func faults(_ query: String, _ code: String) async throws {
        try await AdminFixture.run { api in
            let answer = try await api.get("usage?\(query)")
            #expect(answer.status == 400)
            #expect(answer.code == code)
        }
    }

    @Test("binds a cursor to its parameters, and needs an operator")
    func cursor() async throws {
        try await AdminFixture.run { api in
            _ = try await fill(api)
            let page = try await api.get("usage?group_by=device&limit=1")
            let cursor = try #require(page.json["next_cursor"]?.text)
            #expect(try await api.get("usage?group_by=device&limit=5&cursor=\(cursor)").status == 200)
            #expect(try await api.get("usage?group_by=user&cursor=\(cursor)").code == "invalid_cursor")
            #expect(try await api.get("usage?group_by=device", as: "read-only").status == 200)
            #expect(try await api.get("usage?group_by=device", as: "gateway").status == 403)
            #expect(try await api.get("usage?group_by=device", as: nil).status == 401)
        }
    }
}

extension UsageHistoryTests {
    struct Row: Sendable {
        var bucket: Date
        var ids: [UsageGroup: String]
        var up: Int64
        var down: Int64
        var streams: Int64
    }

    struct Item: Equatable {
        var bucket: String
        var id: String
        var up: Int64
        var down: Int64
        var streams: Int64
    }

    private func fill(_ api: AdminFixture) async throws -> [Row] {
        var random = SeededGenerator(seed: 5)
        let start = try #require(InternetTime.date("2026-03-01T00:00:00Z"))
        var rows: [Row] = []
        for number in 0..<60 {
            let device = number % 5
            rows.append(
                Row(
                    bucket: start.addingTimeInterval(Double(number) * 3_600),
                    ids: [
                        .user: "usr_\(device / 2)", .device: "dev_\(device)", .node: "oln_\(number % 3)",
                        .gateway: "gwy_\(number % 2)", .region: number % 7 == 0 ? "us" : "eu",
                    ], up: .random(in: 0...(1 << 52), using: &random) / 60,
                    down: .random(in: 0...(1 << 52), using: &random) / 60, streams: .random(in: 0...9, using: &random)))
        }
        for row in rows { try await insert(row, api) }
        return rows
    }

    private func insert(_ row: Row, _ api: AdminFixture) async throws {
        try await api.pool.execute(
            """
            INSERT INTO usage_hourly
                (bucket, user_id, device_id, node_id, gateway_id, region, bytes_up, bytes_down, streams_opened)
            VALUES (\(row.bucket), \(row.ids[.user]), \(row.ids[.device]), \(row.ids[.node]), \(row.ids[.gateway]),
                \(row.ids[.region]), \(row.up), \(row.down), \(row.streams))
            """)
    }

    private func expected(_ rows: [Row], _ group: UsageGroup, _ interval: UsageInterval) -> [Item] {
        var items: [Item] = []
        for row in rows {
            let seconds = row.bucket.timeIntervalSince1970
            let bucket = Date(
                timeIntervalSince1970: seconds - seconds.truncatingRemainder(dividingBy: interval.seconds))
            let (start, id) = (InternetTime.text(bucket), row.ids[group] ?? "")
            if let index = items.firstIndex(where: { $0.bucket == start && $0.id == id }) {
                items[index].up += row.up
                items[index].down += row.down
                items[index].streams += row.streams
            } else {
                items.append(Item(bucket: start, id: id, up: row.up, down: row.down, streams: row.streams))
            }
        }
        return items.sorted { ($0.bucket, $0.id) < ($1.bucket, $1.id) }
    }

    private func all(_ api: AdminFixture, _ query: String) async throws -> [Item] {
        var items: [Item] = []
        var cursor = ""
        repeat {
            let page = try await api.get("usage?\(query)\(cursor)")
            try #require(page.status == 200, "\(query): \(page.body)")
            items += try page.items.map(item)
            cursor = page.json["next_cursor"]?.text.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        return items
    }

    private func item(_ object: JSONObject) throws -> Item {
        func number(_ name: String) throws -> Int64 {
            guard case .number(let number)? = object[name] else { throw CocoaError(.coderValueNotFound) }
            return try #require(number.integer)
        }
        let id = UsageGroup.allCases.compactMap { object[$0.member]?.text }.first
        return Item(
            bucket: try #require(object["bucket"]?.text), id: try #require(id), up: try number("bytes_up"),
            down: try number("bytes_down"), streams: try number("streams_opened"))
    }
}
