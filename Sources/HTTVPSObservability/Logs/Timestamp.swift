#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

package struct Timestamp: Hashable, Sendable, CustomStringConvertible {
    package var millisecondsSinceEpoch: Int64

    package init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millisecondsSinceEpoch: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func append(to bytes: inout [UInt8]) {
        let (days, inDay) = millisecondsSinceEpoch.flooredDivision(by: 86_400_000)
        let (year, month, day) = Self.civil(daysSinceEpoch: days)
        Self.append(year, digits: 4, to: &bytes, then: "-")
        Self.append(month, digits: 2, to: &bytes, then: "-")
        Self.append(day, digits: 2, to: &bytes, then: "T")
        Self.append(inDay / 3_600_000, digits: 2, to: &bytes, then: ":")
        Self.append(inDay / 60_000 % 60, digits: 2, to: &bytes, then: ":")
        Self.append(inDay / 1_000 % 60, digits: 2, to: &bytes, then: ".")
        Self.append(inDay % 1_000, digits: 3, to: &bytes, then: "Z")
    }

    private static func append(_ value: Int64, digits: Int, to bytes: inout [UInt8], then next: Unicode.Scalar) {
        var scale: Int64 = 1
        for _ in 1..<digits { scale *= 10 }
        while scale > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / scale % 10))
            scale /= 10
        }
        bytes.append(UInt8(ascii: next))
    }

    private static func civil(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (daysSinceEpoch + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
