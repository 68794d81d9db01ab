import Synchronization

package final class Gauge: Sendable {
    private let level = Atomic<Int64>(0)

    package init() {}

    package func set(_ value: Int64) { level.store(value, ordering: .relaxed) }

    package func increment(by amount: Int64 = 1) { level.wrappingAdd(amount, ordering: .relaxed) }

    package func decrement(by amount: Int64 = 1) { level.wrappingSubtract(amount, ordering: .relaxed) }

    package var value: Int64 { level.load(ordering: .relaxed) }
}
