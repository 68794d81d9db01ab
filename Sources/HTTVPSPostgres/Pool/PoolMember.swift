final class PoolMember {
    enum Phase {
        case connecting(deadline: ContinuousClock.Instant)
        case settingUp
        case ready
    }

    let id: ConnectionID
    let connection: PostgresConnection
    let driver: ConnectionDriver
    var phase: Phase
    var lease: LeaseID?
    var queue: [Operation] = []
    var isCancelling = false
    var startedAt = ContinuousClock.now

    init(
        _ id: ConnectionID, _ connection: PostgresConnection, statementCapacity: Int, deadline: ContinuousClock.Instant
    ) {
        self.id = id
        self.connection = connection
        driver = ConnectionDriver(connection, statementCapacity: statementCapacity)
        phase = .connecting(deadline: deadline)
    }

    var deadline: ContinuousClock.Instant? {
        if case .connecting(let deadline) = phase { return deadline }
        return driver.deadline
    }

    var isReady: Bool {
        if case .ready = phase { return true }
        return false
    }
}
