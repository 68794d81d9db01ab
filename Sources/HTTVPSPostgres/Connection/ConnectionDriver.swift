final class ConnectionDriver {
    enum Outcome {
        case pending(PostgresConnection.Interest)
        case done(Operation, Result<PostgresResult, PostgresError>)
        case lost(PostgresError)
    }

    private enum Stage {
        case preparing(String)
        case executing
    }

    private struct Active {
        var operation: Operation
        var stage = Stage.executing
        var result = PostgresResult()
        var failure: ServerFailure?
        var isRetried = false
        var deadline: ContinuousClock.Instant
    }

    let connection: PostgresConnection
    var cancelRequested = false
    private var statements: StatementCache
    private var active: Active?

    init(_ connection: PostgresConnection, statementCapacity: Int) {
        self.connection = connection
        statements = StatementCache(capacity: statementCapacity)
    }

    var activeID: OperationID? { active?.operation.id }

    var deadline: ContinuousClock.Instant? { active?.deadline }

    func start(_ operation: Operation, now: ContinuousClock.Instant) -> Outcome {
        cancelRequested = false
        active = Active(operation: operation, deadline: now + operation.limit)
        return send()
    }

    func ready() -> Outcome {
        guard connection.consume() else { return .lost(connection.lostError) }
        return proceed()
    }

    func abandon() -> Operation? {
        defer { active = nil }
        return active?.operation
    }

    private func send() -> Outcome {
        guard let operation = active?.operation else { return .pending(.read) }
        let isSent =
            switch operation.body {
            case .script(let script): connection.sendScript(script)
            case .query(let query): send(query)
            }
        return isSent ? proceed() : .lost(connection.lostError)
    }

    private func send(_ query: SQLQuery) -> Bool {
        switch statements.lookup(query) {
        case .prepared(let name): return connection.sendPrepared(name: name, binds: query.binds)
        case .full: return connection.sendUnprepared(query)
        case .prepare(let name):
            active?.stage = .preparing(name)
            return connection.sendPrepare(name: name, query: query)
        }
    }

    private func proceed() -> Outcome {
        guard let interest = connection.flush() else { return .lost(connection.lostError) }
        while true {
            switch connection.next() {
            case .waiting: return .pending(interest)
            case .lost(let error): return .lost(active?.failure.map { $0.error(cancelRequested: false) } ?? error)
            case .result(let step): if let error = take(step) { return .lost(error) }
            case .finished: return finishStage()
            }
        }
    }

    private func take(_ step: ResultStep) -> PostgresError? {
        switch step {
        case .rows(let rows, let command, let affected):
            active?.result = PostgresResult(rows: rows, command: command, affectedRows: affected)
        case .failure(let failure) where active?.failure == nil: active?.failure = failure
        case .failure: break
        case .unsupported: return PostgresError(.queryFailed, "COPY is not supported")
        }
        return nil
    }

    private func finishStage() -> Outcome {
        guard let current = active else { return .pending(.read) }
        if let failure = current.failure { return fail(current, failure) }
        guard case .preparing(let name) = current.stage, case .query(let query) = current.operation.body else {
            active = nil
            return .done(current.operation, .success(current.result))
        }
        statements.store(name, for: query)
        active?.stage = .executing
        return send()
    }

    private func fail(_ current: Active, _ failure: ServerFailure) -> Outcome {
        if failure.meansStalePlan, case .query(let query) = current.operation.body, case .executing = current.stage {
            statements.forget(query)
            if !current.isRetried, connection.isIdle {
                active?.isRetried = true
                active?.failure = nil
                return send()
            }
        }
        active = nil
        return .done(current.operation, .failure(failure.error(cancelRequested: cancelRequested)))
    }
}
