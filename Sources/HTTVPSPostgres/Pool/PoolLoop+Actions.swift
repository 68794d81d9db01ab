import Logging

extension PoolLoop {
    func perform(_ action: PoolStateMachine.Action) {
        switch action {
        case .connect(let id): connect(id)
        case .lease(let connection, let id): lend(connection, to: id)
        case .fail(let id, let refusal): refuse(id, refusal)
        case .close(let id): members[id] = nil
        }
    }

    private func connect(_ id: ConnectionID) {
        let dsn = configuration.dsn.text
        guard let connection = PostgresConnection(dsn: dsn, applicationName: configuration.applicationName) else {
            return connectFailed(id, PostgresError(.databaseUnavailable, "no memory is left for a connection"))
        }
        let member = PoolMember(
            id, connection, statementCapacity: configuration.statementCacheCapacity,
            deadline: now + configuration.connectTimeout)
        guard connection.socket >= 0 else {
            if case .failed(let error) = connection.pollConnect() { connectFailed(id, error) }
            return
        }
        members[id] = member
        readiness.watch(connection.socket, tag: id.number, for: .write)
    }

    func connectFailed(_ id: ConnectionID, _ error: PostgresError) {
        if lastConnectError == nil {
            logger.warning("Database unavailable", metadata: ["error": "\(error.message)"])
        }
        lastConnectError = error
        observer?.connectionLost(error)
        actions += machine.connectFailed(id, now: now)
    }

    private func lend(_ connection: ConnectionID, to id: OperationID) {
        guard let member = members[connection], let waiter = waiting[id] else {
            actions += machine.release(connection, now: now)
            return
        }
        guard member.connection.isAlive() else {
            drop(member, member.connection.lostError)
            actions += machine.acquire(id, now: now)
            return
        }
        waiting[id] = nil
        observer?.connectionAcquired(after: waiter.since.duration(to: now))
        switch waiter.pending {
        case .query(let operation): start(operation, on: member)
        case .lease(let reply):
            let lease = LeaseID(number: id.number)
            member.lease = lease
            leases[lease] = connection
            reply.resume(returning: .success(lease))
        }
    }

    private func refuse(_ id: OperationID, _ refusal: PoolStateMachine.Refusal) {
        let error = error(for: refusal)
        observer?.connectionRefused(error)
        waiting.removeValue(forKey: id)?.pending.refuse(error)
    }

    private func error(for refusal: PoolStateMachine.Refusal) -> PostgresError {
        switch refusal {
        case .closed: .poolClosed
        case .queueFull: PostgresError(.databaseUnavailable, "too many queries already wait for a connection")
        case .waitTimeout:
            PostgresError(
                .databaseUnavailable,
                "no connection became free within \(configuration.waitTimeout.milliseconds) ms",
                cause: lastConnectError)
        case .unavailable:
            lastConnectError ?? PostgresError(.databaseUnavailable, "PostgreSQL cannot be reached")
        }
    }
}
