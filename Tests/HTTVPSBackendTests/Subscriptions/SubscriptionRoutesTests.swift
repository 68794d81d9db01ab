import Foundation
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Subscriptions")
struct SubscriptionRoutesTests {
    private static let noon = Date(timeIntervalSince1970: 1_771_243_200)

    private func body(_ user: String, _ plan: String, _ more: String = "") -> String {
        #"{"user_id":"\#(user)","plan_id":"\#(plan)"\#(more)}"#
    }

    private func period(_ answer: AdminAnswer) -> [String?] {
        let period = answer.json["current_period"]?.object
        return [period?["starts_at"]?.text, period?["ends_at"]?.text]
    }

    @Test("start now in UTC unless said otherwise")
    func create() async throws {
        try await AdminFixture.run(now: { Self.noon }) { api in
            let (user, plan) = (try await api.user(), try await api.plan())
            let made = try await api.post("subscriptions", body(user, plan))
            #expect(made.status == 201 && made.json["status"] == "active" && made.json["timezone"] == "UTC")
            #expect(made.json["starts_at"] == "2026-02-16T12:00:00Z")
            #expect(period(made) == ["2026-02-16T12:00:00Z", "2026-03-16T12:00:00Z"])
            #expect(made.json["current_period"]?.object?["bytes_used"] == .integer(0))
            #expect(try await api.get("subscriptions/\(made.id)").body == made.body)
            #expect(
                try await api.get("subscriptions?status=active&user_id=\(user)&plan_id=\(plan)").items == [made.json])
            #expect(try await api.get("subscriptions?status=expired").items.isEmpty)
        }
    }

    @Test("keep the day and time of their start in their own time zone, across short months and clock changes")
    func periods() async throws {
        try await AdminFixture.run(now: { Self.noon }) { api in
            let plan = try await api.plan()
            let cases = [
                (",\"starts_at\":\"2026-01-31T09:00:00Z\"", ["2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z"]),
                (
                    #","starts_at":"2025-10-20T10:00:00+02:00","timezone":"Europe/Berlin""#,
                    ["2026-01-20T09:00:00Z", "2026-02-20T09:00:00Z"]
                ),
                (
                    #","starts_at":"2026-02-01T00:00:00Z","ends_at":"2026-02-20T00:00:00Z""#,
                    ["2026-02-01T00:00:00Z", "2026-02-20T00:00:00Z"]
                ),
                (#","starts_at":"2026-05-01T00:00:00Z""#, ["2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"]),
            ]
            for (index, (more, expected)) in cases.enumerated() {
                let made = try await api.post("subscriptions", body(try await api.user("u\(index)@x"), plan, more))
                #expect(period(made) == expected, "\(more)")
            }
        }
    }

    @Test("of one user do not overlap, also when twenty clients race")
    func overlap() async throws {
        try await AdminFixture.run { api in
            let (user, plan) = (try await api.user(), try await api.plan())
            let made = try await withThrowingTaskGroup(of: AdminAnswer.self) { group in
                for _ in 0..<20 { group.addTask { try await api.post("subscriptions", body(user, plan)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(made.filter { $0.status == 201 }.count == 1)
            #expect(made.filter { $0.code == "subscription_overlap" }.count == 19)
            try await api.pool.execute("UPDATE subscriptions SET ends_at = '2098-01-01'")
            let next = #","starts_at":"2098-01-01T00:00:00Z""#
            #expect(try await api.post("subscriptions", body(user, plan, next)).status == 201)
            try await api.pool.execute("UPDATE subscriptions SET cancelled_at = now()")
            #expect(try await api.post("subscriptions", body(user, plan)).status == 201)
        }
    }

    @Test("name all faults of a body")
    func faults() async throws {
        try await AdminFixture.run { api in
            let (user, plan) = (try await api.user(), try await api.plan())
            try await api.pool.execute("UPDATE plans SET status = 'archived'")
            let more =
                #","timezone":"Mars/Olympus","starts_at":"2090-01-01T00:00:00Z","ends_at":"2089-01-01T00:00:00Z","status":"active""#
            let answer = try await api.post("subscriptions", body(user, plan, more))
            #expect(
                Set(answer.faults) == [
                    "/plan_id unknown_reference", "/timezone invalid_format", "/ends_at before_start",
                    "/status unknown_member",
                ])
            let past = try await api.post(
                "subscriptions", body("usr_x", "pln_x", #","ends_at":"2020-01-01T00:00:00Z""#))
            #expect(
                Set(past.faults) == [
                    "/user_id unknown_reference", "/plan_id unknown_reference", "/ends_at in_the_past",
                ])
        }
    }
}
