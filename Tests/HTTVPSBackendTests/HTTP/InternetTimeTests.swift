import Foundation
import Testing

@testable import HTTVPSBackend

@Suite("Times")
struct InternetTimeTests {
    @Test(
        "are read with any offset and up to nine digits of fraction, and written in UTC",
        arguments: [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"), ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"),
            ("2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.500Z"),
            ("2026-01-31T12:00:00.123456789-00:30", "2026-01-31T12:30:00.123456Z"),
            ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"), ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"), ("1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59.900Z"),
        ])
    func roundTrips(_ text: String, _ expected: String) throws {
        #expect(InternetTime.text(try #require(InternetTime.date(text))) == expected)
    }

    @Test("stay within the year 9999, whose last microseconds a Double cannot tell apart")
    func lastSecond() throws {
        let last = try #require(InternetTime.date("9999-12-31T23:59:59.999999999Z"))
        #expect(InternetTime.text(last).hasPrefix("9999-12-31T23:59:59.999"))
        #expect(InternetTime.text(last.addingTimeInterval(86_400)) == "9999-12-31T23:59:59.999999Z")
    }

    @Test(
        "are refused when they are none",
        arguments: [
            "", "2026-01-31", "2026-01-31 12:00:00Z", "2026-01-31T12:00:00", "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:60Z",
            "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.1234567890Z", "2026-01-31T12:00:00+24:00",
            "2026-01-31T12:00:00Zx", "26-01-31T12:00:00Z", "2026-01-31T12:00:00+0200", "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "２026-01-31T12:00:00Z",
        ])
    func refuses(_ text: String) { #expect(InternetTime.date(text) == nil) }
}
