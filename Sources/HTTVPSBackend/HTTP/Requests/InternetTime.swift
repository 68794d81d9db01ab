import Foundation

enum InternetTime {
    static func text(_ date: Date) -> String {
        let total = min(Int64((date.timeIntervalSince1970 * 1_000_000).rounded()), latest * 1_000_000 + 999_999)
        let (seconds, micros) = floored(total, 1_000_000)
        let (days, inDay) = floored(seconds, 86_400)
        let civil = civil(daysSinceEpoch: days)
        let day = "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
        let clock = "\(padded(inDay / 3_600, 2)):\(padded(inDay / 60 % 60, 2)):\(padded(inDay % 60, 2))"
        if micros == 0 { return "\(day)T\(clock)Z" }
        return "\(day)T\(clock).\(micros % 1_000 == 0 ? padded(micros / 1_000, 3) : padded(micros, 6))Z"
    }

    static func date(_ text: String) -> Date? {
        var bytes = text.utf8[...]
        guard let year = number(&bytes, 4), take(&bytes, "-"), let month = number(&bytes, 2), take(&bytes, "-"),
            let day = number(&bytes, 2), take(&bytes, "T") || take(&bytes, "t"), let hour = number(&bytes, 2),
            take(&bytes, ":"), let minute = number(&bytes, 2), take(&bytes, ":"), let second = number(&bytes, 2),
            let micros = fraction(&bytes), let offset = offset(&bytes), bytes.isEmpty
        else { return nil }
        guard year >= 1, (1...12).contains(month), (1...length(of: month, year: year)).contains(day), hour < 24,
            minute < 60, second < 60
        else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        guard (earliest...latest).contains(seconds) else { return nil }
        let shown = seconds == latest ? min(micros, 999_900) : micros
        return Date(timeIntervalSince1970: Double(seconds) + Double(shown) / 1_000_000)
    }

    private static let earliest = daysSinceEpoch(year: 1, month: 1, day: 1) * 86_400
    private static let latest = daysSinceEpoch(year: 10_000, month: 1, day: 1) * 86_400 - 1

    private static func fraction(_ bytes: inout Substring.UTF8View) -> Int64? {
        guard take(&bytes, ".") else { return 0 }
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        bytes = bytes.dropFirst(digits.count)
        return digits.prefix(6).reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) } * scale(digits.count)
    }

    private static func scale(_ digits: Int) -> Int64 {
        (digits..<max(digits, 6)).reduce(Int64(1)) { value, _ in value * 10 }
    }

    private static func offset(_ bytes: inout Substring.UTF8View) -> Int64? {
        if take(&bytes, "Z") || take(&bytes, "z") { return 0 }
        let sign: Int64 = take(&bytes, "+") ? 1 : -1
        guard sign == 1 || take(&bytes, "-"), let hours = number(&bytes, 2), take(&bytes, ":"),
            let minutes = number(&bytes, 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    private static func number(_ bytes: inout Substring.UTF8View, _ digits: Int) -> Int64? {
        let text = bytes.prefix(digits)
        guard text.count == digits, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        bytes = bytes.dropFirst(digits)
        return text.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func take(_ bytes: inout Substring.UTF8View, _ character: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: character) else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    private static func length(of month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floored(shifted, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floored(daysSinceEpoch + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension JSONValue {
    static func time(_ date: Date) -> JSONValue { .string(InternetTime.text(date)) }

    static func time(_ date: Date?) -> JSONValue { date.map(JSONValue.time) ?? .null }
}
