import DequeModule

struct StreamIDHistory: Sendable {
    private(set) var highestNumber: UInt32?
    private var names: Set<String> = []
    private var order: Deque<String> = []

    func contains(_ id: StreamID) -> Bool {
        switch id {
        case .number(let number): highestNumber.map { number <= $0 } ?? false
        case .name(let name): names.contains(name)
        }
    }

    mutating func insert(_ id: StreamID) {
        switch id {
        case .number(let number): highestNumber = max(highestNumber ?? 0, number)
        case .name(let name):
            guard names.insert(name).inserted else { return }
            order.append(name)
            if order.count > FrameLimits.rememberedNames { names.remove(order.removeFirst()) }
        }
    }
}
