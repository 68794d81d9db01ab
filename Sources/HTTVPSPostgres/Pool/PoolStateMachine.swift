struct ConnectionID: Hashable, Sendable {
    let number: UInt64
}

struct PoolStateMachine {
    typealias Instant = ContinuousClock.Instant

    struct Limits {
        var maximumConnections = 8
        var maximumWaiters = 1000
        var waitTimeout: Duration = .seconds(5)
        var idleTimeout: Duration = .seconds(60)
        var retryDelay: Duration = .milliseconds(100)
        var maximumRetryDelay: Duration = .seconds(2)
        var retryDelayForWaiters: Duration = .milliseconds(250)
    }

    enum Action: Equatable {
        case connect(ConnectionID)
        case lease(ConnectionID, to: OperationID)
        case fail(OperationID, Refusal)
        case close(ConnectionID)
    }

    enum Refusal: Equatable {
        case queueFull
        case waitTimeout
        case unavailable
        case closed
    }

    private struct Waiter {
        var id: OperationID
        var deadline: Instant
    }

    private struct Idle {
        var id: ConnectionID
        var since: Instant
    }

    private struct Outage {
        var failures: Int
        var lastFailure: Instant
        var nextAttempt: Instant
    }

    private let limits: Limits
    private var connecting: Set<ConnectionID> = []
    private var busy: Set<ConnectionID> = []
    private var idle: [Idle] = []
    private var waiters: [Waiter] = []
    private var outage: Outage?
    private var lastID: UInt64 = 0
    private var isClosed = false

    init(limits: Limits) { self.limits = limits }

    var counts: PoolCounts {
        PoolCounts(idle: idle.count, busy: busy.count, connecting: connecting.count, waiting: waiters.count)
    }

    var nextDeadline: Instant? {
        let idleEnd = total > 1 ? idle.first.map { $0.since + limits.idleTimeout } : nil
        return [waiters.first?.deadline, attemptTime, idleEnd].compactMap(\.self).min()
    }

    mutating func start(now: Instant) -> [Action] { connectAsNeeded(now) }

    mutating func acquire(_ id: OperationID, now: Instant) -> [Action] {
        if isClosed { return [.fail(id, .closed)] }
        if let connection = idle.popLast() {
            busy.insert(connection.id)
            return [.lease(connection.id, to: id)]
        }
        guard waiters.count < limits.maximumWaiters else { return [.fail(id, .queueFull)] }
        waiters.append(Waiter(id: id, deadline: now + limits.waitTimeout))
        return connectAsNeeded(now)
    }

    mutating func cancel(_ id: OperationID) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return false }
        waiters.remove(at: index)
        return true
    }

    mutating func connected(_ id: ConnectionID, now: Instant) -> [Action] {
        guard connecting.remove(id) != nil else { return [] }
        outage = nil
        busy.insert(id)
        return release(id, now: now) + connectAsNeeded(now)
    }

    mutating func release(_ id: ConnectionID, now: Instant) -> [Action] {
        guard busy.contains(id) else { return [] }
        if isClosed {
            busy.remove(id)
            return [.close(id)]
        }
        guard waiters.isEmpty else { return [.lease(id, to: waiters.removeFirst().id)] }
        busy.remove(id)
        idle.append(Idle(id: id, since: now))
        return []
    }

    mutating func connectFailed(_ id: ConnectionID, now: Instant) -> [Action] {
        guard connecting.remove(id) != nil else { return [] }
        let failures = (outage?.failures ?? 0) + 1
        let delay = min(limits.maximumRetryDelay, limits.retryDelay * (1 << min(failures - 1, 10)))
        outage = Outage(failures: failures, lastFailure: now, nextAttempt: now + delay)
        guard total == 0 else { return [] }
        defer { waiters = [] }
        return waiters.map { .fail($0.id, .unavailable) }
    }

    mutating func lost(_ id: ConnectionID, now: Instant) -> [Action] {
        busy.remove(id)
        idle.removeAll { $0.id == id }
        return connectAsNeeded(now)
    }

    mutating func tick(now: Instant) -> [Action] {
        var actions: [Action] = []
        while let waiter = waiters.first, waiter.deadline <= now {
            waiters.removeFirst()
            actions.append(.fail(waiter.id, .waitTimeout))
        }
        while total > 1, let oldest = idle.first, oldest.since + limits.idleTimeout <= now {
            idle.removeFirst()
            actions.append(.close(oldest.id))
        }
        return actions + connectAsNeeded(now)
    }

    mutating func shutdown() -> [Action] {
        isClosed = true
        defer {
            waiters = []
            idle = []
            connecting = []
        }
        return waiters.map { .fail($0.id, .closed) } + idle.map { .close($0.id) } + connecting.map { .close($0) }
    }

    var isDrained: Bool { isClosed && total == 0 }

    private var total: Int { connecting.count + busy.count + idle.count }

    private var wanted: Int {
        if isClosed { return 0 }
        let wanted = min(max(waiters.count, total == 0 ? 1 : 0), limits.maximumConnections - total + connecting.count)
        return outage == nil ? wanted : min(wanted, 1)
    }

    private var attemptTime: Instant? {
        guard let outage, wanted > connecting.count else { return nil }
        guard !waiters.isEmpty else { return outage.nextAttempt }
        return min(outage.nextAttempt, outage.lastFailure + limits.retryDelayForWaiters)
    }

    private mutating func connectAsNeeded(_ now: Instant) -> [Action] {
        if let attemptTime, attemptTime > now { return [] }
        var actions: [Action] = []
        while connecting.count < wanted {
            lastID += 1
            let id = ConnectionID(number: lastID)
            connecting.insert(id)
            actions.append(.connect(id))
        }
        return actions
    }
}
