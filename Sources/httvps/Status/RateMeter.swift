struct RateMeter: Equatable, Sendable {
    private static let weight = 0.5

    private(set) var perSecond = 0.0
    private var last: (bytes: UInt64, time: ContinuousClock.Instant)?

    mutating func note(_ bytes: UInt64, at now: ContinuousClock.Instant) {
        defer { last = (bytes, now) }
        guard let last, now > last.time else { return }
        let moved = Double(bytes >= last.bytes ? bytes - last.bytes : 0)
        let rate = moved / ((now - last.time) / .seconds(1))
        perSecond = rate < 1 && perSecond < 1 ? 0 : perSecond + (rate - perSecond) * Self.weight
    }

    static func == (left: RateMeter, right: RateMeter) -> Bool {
        left.perSecond == right.perSecond && left.last?.bytes == right.last?.bytes
            && left.last?.time == right.last?.time
    }
}
