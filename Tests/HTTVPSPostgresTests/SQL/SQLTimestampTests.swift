import Foundation
import Testing

@testable import HTTVPSPostgres

@Suite("A point in time as PostgreSQL writes it")
struct SQLTimestampTests {
    @Test(
        "is written in UTC with microseconds",
        arguments: [
            (0, "1970-01-01 00:00:00.000000+00"), (-1, "1969-12-31 23:59:59.999999+00"),
            (951_782_400_123_456, "2000-02-29 00:00:00.123456+00"),
            (-62_135_596_800_000_001, "0001-12-31 23:59:59.999999+00 BC"),
            (253_402_300_799_999_999, "9999-12-31 23:59:59.999999+00"),
        ] as [(Int64, String)])
    func writes(microseconds: Int64, text: String) {
        #expect(SQLTimestamp(microseconds: microseconds).text == text)
        #expect(SQLTimestamp(text: text) == SQLTimestamp(microseconds: microseconds))
    }

    @Test("keeps the first and the last second of the years that people write")
    func outermostDates() {
        for seconds in [-62_135_596_800, 253_402_300_799] as [Int64] {
            let date = Date(timeIntervalSince1970: Double(seconds))
            #expect(SQLTimestamp(date).microseconds == seconds * 1_000_000)
            #expect(SQLTimestamp(date).date == date)
        }
    }

    @Test("reads the short forms of the server")
    func readsShortForms() {
        #expect(SQLTimestamp(text: "1970-01-01 00:00:01+00")?.microseconds == 1_000_000)
        #expect(SQLTimestamp(text: "1970-01-01 00:00:00.5+00")?.microseconds == 500_000)
    }

    @Test(
        "refuses other texts",
        arguments: ["", "infinity", "1970-01-01", "1970-01-01 00:00:00", "1970-01-01 00:00:00+01"])
    func refuses(text: String) {
        #expect(SQLTimestamp(text: text) == nil)
    }

    @Test("every day of four centuries goes there and back")
    func days() {
        for day in Int64(-10_000)...140_000 where CivilDate(daysSinceEpoch: day).daysSinceEpoch != day {
            Issue.record("day \(day) came back as another")
        }
    }
}
