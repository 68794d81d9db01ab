import Foundation

struct SQLTimestamp: Equatable {
    static let microsecondsPerSecond: Int64 = 1_000_000
    static let secondsPerDay: Int64 = 86_400
    static let referenceOffset: Int64 = 978_307_200

    var microseconds: Int64

    init(microseconds: Int64) { self.microseconds = microseconds }

    init(_ date: Date) {
        let scaled = (date.timeIntervalSinceReferenceDate * Double(Self.microsecondsPerSecond)).rounded()
        let limited = min(max(scaled, -6.4e16), 2.6e17)
        microseconds = Int64(limited.isNaN ? 0 : limited) + Self.referenceOffset * Self.microsecondsPerSecond
    }

    var date: Date {
        let fromReference = microseconds - Self.referenceOffset * Self.microsecondsPerSecond
        return Date(timeIntervalSinceReferenceDate: Double(fromReference) / Double(Self.microsecondsPerSecond))
    }

    var text: String {
        let perDay = Self.secondsPerDay * Self.microsecondsPerSecond
        let days = microseconds >= 0 ? microseconds / perDay : (microseconds - perDay + 1) / perDay
        let inDay = microseconds - days * perDay
        let civil = CivilDate(daysSinceEpoch: days)
        let seconds = inDay / Self.microsecondsPerSecond
        let year = civil.year > 0 ? civil.year : 1 - civil.year
        let date = "\(Self.padded(year, 4))-\(Self.padded(civil.month, 2))-\(Self.padded(civil.day, 2))"
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Self.padded($0, 2) }
        let fraction = Self.padded(inDay % Self.microsecondsPerSecond, 6)
        return "\(date) \(time.joined(separator: ":")).\(fraction)+00" + (civil.year > 0 ? "" : " BC")
    }

    init?(text: String) {
        var body = text[...]
        let isBC = body.hasSuffix(" BC")
        if isBC { body = body.dropLast(3) }
        let halves = body.split(separator: " ", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].hasSuffix("+00") else { return nil }
        let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).compactMap { Int64($0) }
        let clock = halves[1].dropLast(3).split(separator: ".", omittingEmptySubsequences: false)
        let time = (clock.first ?? "").split(separator: ":", omittingEmptySubsequences: false).compactMap { Int64($0) }
        guard date.count == 3, time.count == 3, let fraction = Self.fraction(clock) else { return nil }
        let days = CivilDate(year: isBC ? 1 - date[0] : date[0], month: date[1], day: date[2]).daysSinceEpoch
        let seconds = days * Self.secondsPerDay + time[0] * 3600 + time[1] * 60 + time[2]
        microseconds = seconds * Self.microsecondsPerSecond + fraction
    }

    private static func fraction(_ clock: [Substring]) -> Int64? {
        guard clock.count <= 2 else { return nil }
        guard clock.count == 2 else { return 0 }
        guard (1...6).contains(clock[1].count) else { return nil }
        return Int64(clock[1] + String(repeating: "0", count: 6 - clock[1].count))
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
