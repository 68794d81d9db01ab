import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Changing subscriptions")
struct SubscriptionChangeTests {
    private func subscription(
        _ api: AdminFixture, _ more: String = "", user: String, plan: String
    ) async throws -> AdminAnswer {
        try await api.post("subscriptions", #"{"user_id":"\#(user)","plan_id":"\#(plan)"\#(more)}"#)
    }

    @Test("an end in the past ends one; cancelled is final; other states are no choice")
    func states() async throws {
        try await AdminFixture.run { api in
            let (user, plan) = (try await api.user(), try await api.plan())
            let made = try await subscription(
                api, #","starts_at":"2026-01-01T00:00:00Z""#, user: user, plan: plan)
            let path = "subscriptions/\(made.id)"
            let ended = try await api.patch(path, #"{"ends_at":"2026-02-01T01:00:00+01:00"}"#)
            #expect(ended.json["status"] == "expired" && ended.json["ends_at"] == "2026-02-01T00:00:00Z")
            #expect(
                try await api.patch(path, #"{"ends_at":"2026-01-01T00:00:00Z"}"#).faults == ["/ends_at before_start"])
            #expect(try await api.patch(path, #"{"ends_at":null}"#).json["status"] == "active")
            for status in [#""active""#, #""expired""#, "1"] {
                #expect(try await api.patch(path, #"{"status":\#(status)}"#).status == 422)
            }
            let cancelled = try await api.patch(path, #"{"status":"cancelled"}"#)
            #expect(cancelled.json["status"] == "cancelled")
            let again = try await api.patch(path, #"{"status":"cancelled"}"#)
            #expect(again.status == 200 && again.etag == cancelled.etag)
            #expect(try await api.patch(path, #"{"timezone":"Europe/Berlin"}"#).json["status"] == "cancelled")
            #expect(
                try await api.patch(path, #"{"starts_at":"2026-01-02T00:00:00Z"}"#).faults == [
                    "/starts_at unknown_member"
                ])
        }
    }

    @Test("a change may not overlap; an archived plan is none to change to")
    func overlap() async throws {
        try await AdminFixture.run { api in
            let (user, plan) = (try await api.user(), try await api.plan())
            let first = try await subscription(
                api, #","starts_at":"2099-01-01T00:00:00Z","ends_at":"2099-02-01T00:00:00Z""#, user: user, plan: plan)
            let second = try await subscription(api, #","starts_at":"2099-02-01T00:00:00Z""#, user: user, plan: plan)
            #expect(second.status == 201)
            let late = #"{"ends_at":"2099-02-02T00:00:00Z"}"#
            #expect(try await api.patch("subscriptions/\(first.id)", late).code == "subscription_overlap")
            #expect(try await api.patch("subscriptions/\(second.id)", #"{"status":"cancelled"}"#).status == 200)
            #expect(try await api.patch("subscriptions/\(first.id)", late).status == 200)
            let other = try await api.plan("other")
            _ = try await api.patch("plans/\(other)", #"{"status":"archived"}"#)
            let moved = try await api.patch("subscriptions/\(first.id)", #"{"plan_id":"\#(other)"}"#)
            #expect(moved.faults == ["/plan_id unknown_reference"])
            _ = try await api.patch("plans/\(plan)", #"{"status":"archived"}"#)
            let same = #"{"plan_id":"\#(plan)","timezone":null}"#
            #expect(try await api.patch("subscriptions/\(first.id)", same).status == 200)
        }
    }

    @Test("a larger plan makes a limited one active, and a turned period keeps what was used")
    func plans() async throws {
        try await AdminFixture.run { api in
            let all = try await api.connected("a", plan: #","traffic_limit_bytes":100"#)
            let path = "subscriptions/\(all.subscription)"
            try await api.pool.execute(
                """
                INSERT INTO subscription_usage (subscription_id, period_start, bytes_used)
                SELECT id, starts_at, 100 FROM subscriptions WHERE id = \(all.subscription)
                """)
            try await api.pool.execute(
                """
                INSERT INTO usage_hourly (bucket, user_id, device_id, node_id, gateway_id, region, bytes_up)
                VALUES (date_trunc('hour', now(), 'UTC'), \(all.user), \(all.device), \(all.node), \(all.gateway), 'eu', 100)
                """)
            #expect(try await api.get(path).json["status"] == "limited")
            let tag = try await api.get(path).etag
            #expect(try await api.patch("plans/\(all.plan)", #"{"traffic_limit_bytes":101}"#).status == 200)
            let active = try await api.get(path)
            #expect(active.json["status"] == "active" && active.etag == tag)
            let rolling = try await api.plan("rolling", #","traffic_limit_bytes":100"#)
            _ = try await api.patch("plans/\(rolling)", #"{"period":"rolling_30d"}"#)
            let moved = try await api.patch(path, #"{"plan_id":"\#(rolling)"}"#)
            #expect(moved.json["status"] == "limited" && moved.etag != tag)
            #expect(moved.json["current_period"]?.object?["bytes_used"] == .integer(100))
        }
    }
}
