package import HTTVPSObservability
import Synchronization

package final class MemoryBudget: Sendable {
    private static let shareBeforeVerdicts = 4

    package let limit: Int
    private let held = Atomic<Int>(0)
    private let heldBeforeVerdicts = Atomic<Int>(0)
    private let whenExceeded = Mutex<@Sendable () -> Void>({})

    package init(limit: Int) { self.limit = limit }

    package convenience init(_ configuration: SessionConfiguration) {
        self.init(limit: configuration.memoryBudget > 0 ? configuration.memoryBudget : MemoryLimit.share(percent: 40))
    }

    package var heldBytes: Int { held.load(ordering: .relaxed) }

    package var room: Int { max(0, limit - heldBytes) }

    package var isExceeded: Bool { heldBytes > limit }

    package func onExceeded(_ call: @escaping @Sendable () -> Void) { whenExceeded.withLock { $0 = call } }

    package func change(by bytes: Int) {
        let now = held.wrappingAdd(bytes, ordering: .relaxed).newValue
        if bytes > 0, now > limit { whenExceeded.withLock { $0 }() }
    }

    package func changeBeforeVerdict(by bytes: Int) -> Bool {
        let all = held.wrappingAdd(bytes, ordering: .relaxed).newValue
        let share = heldBeforeVerdicts.wrappingAdd(bytes, ordering: .relaxed).newValue
        return bytes <= 0 || all <= limit && share <= limit / Self.shareBeforeVerdicts
    }

    package func register(on registry: PrometheusRegistry) {
        registry.gauge(
            "httvps_gateway_memory_budget_bytes", help: "What sessions may hold together: kept, unsent and promised."
        ) { Double(self.limit) }
        registry.gauge("httvps_gateway_memory_held_bytes", help: "What sessions hold together of the budget.") {
            Double(self.heldBytes)
        }
    }
}
