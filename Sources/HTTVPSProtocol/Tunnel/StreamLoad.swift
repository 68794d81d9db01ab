package struct StreamLoad: Equatable, Sendable {
    package var retained = 0
    package var open = 0
    package var extended = 0

    static func - (lhs: Self, rhs: Self) -> Self {
        StreamLoad(
            retained: lhs.retained - rhs.retained, open: lhs.open - rhs.open, extended: lhs.extended - rhs.extended)
    }

    static func += (lhs: inout Self, rhs: Self) {
        lhs.retained += rhs.retained
        lhs.open += rhs.open
        lhs.extended += rhs.extended
    }
}
