struct HistogramCounts: Equatable, Sendable {
    struct Bucket: Equatable, Sendable {
        var bound: Double
        var cumulative: Double
    }

    private(set) var buckets: [Bucket]

    init(cumulative: [(Double, Double)]) { buckets = cumulative.map { Bucket(bound: $0.0, cumulative: $0.1) } }

    var count: Double { buckets.last?.cumulative ?? 0 }

    func since(_ earlier: HistogramCounts) -> HistogramCounts {
        let before = Dictionary(
            earlier.buckets.map { ($0.bound, $0.cumulative) }, uniquingKeysWith: { first, _ in first })
        return HistogramCounts(cumulative: buckets.map { ($0.bound, $0.cumulative - (before[$0.bound] ?? 0)) })
    }

    func quantile(_ fraction: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = fraction * count
        var below = Bucket(bound: 0, cumulative: 0)
        for bucket in buckets {
            if bucket.cumulative >= rank, bucket.cumulative > below.cumulative {
                guard bucket.bound.isFinite else { return below.bound }
                let share = (rank - below.cumulative) / (bucket.cumulative - below.cumulative)
                return below.bound + (bucket.bound - below.bound) * max(0, share)
            }
            below = bucket
        }
        return below.bound
    }
}
