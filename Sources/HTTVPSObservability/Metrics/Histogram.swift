import Synchronization

package final class Histogram: Sendable {
    package static let latencyBuckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    struct Snapshot: Equatable {
        var counts: [Int64]
        var sum: Double
    }

    let bounds: [Double]
    private let state: Mutex<Snapshot>

    package init(bounds: [Double] = Histogram.latencyBuckets) {
        let sorted = bounds.filter(\.isFinite).sorted()
        self.bounds = sorted
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: sorted.count + 1), sum: 0))
    }

    package func observe(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) * 1e-18)
    }

    package var count: Int64 { state.withLock { $0.counts.reduce(0, +) } }

    var snapshot: Snapshot { state.withLock { $0 } }
}
