import Foundation
import HTTPTypes
import Synchronization

final class RateLimiter: Sendable {
    struct Budgets: Equatable, Sendable {
        var operators = RateBudget(quota: 6_000, windowSeconds: 30)
        var machines = RateBudget(quota: 60_000, windowSeconds: 30)
        var addresses = RateBudget(quota: 1_200, windowSeconds: 30)
    }

    private enum Key: Hashable {
        case caller(String)
        case address(String)
    }

    private let budgets: Budgets
    private let windows = Mutex(RateWindows<Key>())

    init(budgets: Budgets = Budgets()) { self.budgets = budgets }

    func spend(_ cost: Int = 1, by caller: Caller, at address: String, now: Date) -> RateVerdict {
        let (key, budget) = bucket(caller, address)
        let milliseconds = Int64(now.timeIntervalSince1970 * 1_000)
        return windows.withLock { $0.spend(cost, from: key, budget: budget, milliseconds: milliseconds) }
    }

    private func bucket(_ caller: Caller, _ address: String) -> (Key, RateBudget) {
        guard let id = caller.id, let role = caller.callerRole else { return (.address(address), budgets.addresses) }
        switch role {
        case .gateway, .node: return (.caller(id), budgets.machines)
        case .admin, .support, .readOnly, .device: return (.caller(id), budgets.operators)
        }
    }
}

extension RateVerdict {
    func write(to headers: inout HTTPFields) {
        headers.set(.rateLimitPolicy, "\"default\";q=\(budget.quota);w=\(budget.windowSeconds)")
        headers.set(.rateLimit, "\"default\";r=\(remaining);t=\(resetSeconds)")
    }

    func check() throws(ProblemError) {
        guard isAllowed else {
            throw .retryLater(.rateLimited, "Too many requests in this window.", seconds: resetSeconds)
        }
    }
}
