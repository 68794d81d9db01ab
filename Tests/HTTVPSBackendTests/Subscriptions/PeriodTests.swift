import Foundation
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Periods of subscriptions")
struct PeriodTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var period: String
        var zone: String
        var starts: String
        var ends: String?
        var now: String
        var from: String
        var to: String?

        init(_ period: String, _ zone: String, _ starts: String, at now: String, _ from: String, _ to: String?) {
            (self.period, self.zone, self.starts, self.now, self.from, self.to) = (period, zone, starts, now, from, to)
        }

        func ending(_ ends: String) -> Case {
            var copy = self
            copy.ends = ends
            return copy
        }

        var testDescription: String { "\(period) in \(zone) from \(starts) at \(now)" }
    }

    private static let month = "calendar_month"
    private static let rolling = "rolling_30d"

    @Test(
        "Months keep day and time of day in their zone, across clock changes and short months",
        arguments: [
            Case(
                month, "UTC", "2026-01-31T10:00:00Z", at: "2026-02-28T09:59:59Z", "2026-01-31T10:00:00Z",
                "2026-02-28T10:00:00Z"),
            Case(
                month, "UTC", "2026-01-31T10:00:00Z", at: "2026-02-28T10:00:00Z", "2026-02-28T10:00:00Z",
                "2026-03-31T10:00:00Z"),
            Case(
                month, "UTC", "2026-01-31T10:00:00Z", at: "2028-02-29T10:00:00Z", "2028-02-29T10:00:00Z",
                "2028-03-31T10:00:00Z"),
            Case(
                month, "UTC", "2024-02-29T00:00:00Z", at: "2025-03-01T00:00:00Z", "2025-02-28T00:00:00Z",
                "2025-03-29T00:00:00Z"),
            Case(
                month, "Europe/Berlin", "2026-03-10T11:00:00Z", at: "2026-04-10T09:59:59Z", "2026-03-10T11:00:00Z",
                "2026-04-10T10:00:00Z"),
            Case(
                month, "Europe/Berlin", "2026-02-28T01:30:00Z", at: "2026-03-29T12:00:00Z", "2026-03-28T01:30:00Z",
                "2026-04-28T00:30:00Z"),
            Case(
                month, "Europe/Berlin", "2026-01-29T01:30:00Z", at: "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z",
                "2026-04-29T00:30:00Z"),
            Case(
                month, "Europe/Berlin", "2027-07-31T00:30:00Z", at: "2027-10-31T01:00:00Z", "2027-10-31T00:30:00Z",
                "2027-11-30T01:30:00Z"),
            Case(
                month, "America/New_York", "2026-10-01T05:30:00Z", at: "2026-11-01T05:30:00Z", "2026-11-01T05:30:00Z",
                "2026-12-01T06:30:00Z"),
            Case(
                month, "UTC", "2026-05-05T00:00:00Z", at: "2026-01-01T00:00:00Z", "2026-05-05T00:00:00Z",
                "2026-06-05T00:00:00Z"),
            Case(
                month, "UTC", "2026-05-05T00:00:00Z", at: "2030-01-01T00:00:00Z", "2026-07-05T00:00:00Z",
                "2026-07-10T00:00:00Z"
            ).ending("2026-07-10T00:00:00Z"),
            Case(
                rolling, "Europe/Berlin", "2026-03-15T12:00:00Z", at: "2026-04-14T12:00:00Z", "2026-04-14T12:00:00Z",
                "2026-05-14T12:00:00Z"),
            Case(
                rolling, "UTC", "2026-03-15T12:00:00Z", at: "2026-04-14T11:59:59Z", "2026-03-15T12:00:00Z",
                "2026-04-14T12:00:00Z"),
            Case("none", "UTC", "2026-03-15T12:00:00Z", at: "2036-04-14T11:59:59Z", "2026-03-15T12:00:00Z", nil),
        ])
    func period(_ test: Case) async throws {
        try await World.run { world in
            let row = try #require(
                try await world.pool.first(
                    """
                    SELECT p.period_start, p.period_end FROM subscription_period(\(test.period), \(test.zone),
                        \(test.starts)::timestamptz, \(test.ends)::timestamptz, \(test.now)::timestamptz) p
                    """))
            #expect(try row.decode("period_start", as: Date.self) == InternetTime.date(test.from))
            #expect(try row.decode("period_end", as: Date?.self) == test.to.flatMap { InternetTime.date($0) })
        }
    }
}
