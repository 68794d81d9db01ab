struct RateBudget: Equatable, Sendable {
    var quota: Int
    var windowSeconds: Int
}

struct RateVerdict: Equatable, Sendable {
    var budget: RateBudget
    var isAllowed: Bool
    var remaining: Int
    var resetSeconds: Int
}

struct RateWindows<Key: Hashable & Sendable>: Sendable {
    private struct Window {
        var opened: Int64
        var used: Int
    }

    private let capacity: Int
    private var windows: [Key: Window] = [:]

    init(capacity: Int = 100_000) { self.capacity = capacity }

    var count: Int { windows.count }

    mutating func spend(_ cost: Int, from key: Key, budget: RateBudget, milliseconds now: Int64) -> RateVerdict {
        let length = Int64(budget.windowSeconds) * 1_000
        var window = windows[key] ?? Window(opened: now, used: 0)
        if now - window.opened >= length || now < window.opened { window = Window(opened: now, used: 0) }
        let isAllowed = window.used + cost <= budget.quota
        if isAllowed { window.used += cost }
        if windows[key] == nil, windows.count >= capacity { makeRoom(now: now, length: length) }
        windows[key] = window
        let reset = (window.opened + length - now + 999) / 1_000
        return RateVerdict(
            budget: budget, isAllowed: isAllowed, remaining: budget.quota - window.used, resetSeconds: Int(reset))
    }

    private mutating func makeRoom(now: Int64, length: Int64) {
        windows = windows.filter { now - $0.value.opened < length }
        if windows.count >= capacity { windows.removeAll() }
    }
}
