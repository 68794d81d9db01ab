struct Samples: Equatable, Sendable {
    private var values: [Double] = []
    private(set) var sum = 0.0

    var count: Int { values.count }

    mutating func note(_ value: Double) {
        values.append(value)
        sum += value
    }

    func percentiles(_ ranks: [Double]) -> [Double] {
        guard !values.isEmpty else { return ranks.map { _ in .nan } }
        let sorted = values.sorted()
        return ranks.map { rank in
            let place = Int((rank / 100 * Double(sorted.count)).rounded(.up))
            return sorted[min(max(place, 1), sorted.count) - 1]
        }
    }

    func percentile(_ rank: Double) -> Double { percentiles([rank]).first ?? .nan }
}
