indirect enum ValueShape: Sendable {
    case text(TextForm)
    case choice([String])
    case integer(ClosedRange<Int64>)
    case number
    case flag
    case time
    case reference
    case list(ValueShape, count: ClosedRange<Int>, unique: Bool = false)
    case object(ObjectShape)
    case judgedLater(ObjectShape)
    case open
}

extension ValueShape {
    static let count = ValueShape.integer(0...JSONNumber.largestExact)

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> ValueShape {
        .choice(Choice.allCases.map(\.rawValue))
    }
}
