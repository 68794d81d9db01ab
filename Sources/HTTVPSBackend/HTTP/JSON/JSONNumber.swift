struct JSONNumber: Equatable, Sendable {
    static let largestExact: Int64 = 9_007_199_254_740_991

    let text: String

    var isInteger: Bool { !text.utf8.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 } }

    var integer: Int64? {
        guard isInteger, let value = Int64(text), value.magnitude <= Self.largestExact.magnitude else { return nil }
        return value
    }

    var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}
