extension PoolMailbox {
    typealias Reply<Value> = CheckedContinuation<Result<Value, PostgresError>, Never>

    func answer<Value: Sendable>(
        _ command: @Sendable (OperationID, Reply<Value>) -> PoolCommand
    ) async throws(PostgresError) -> Value {
        if Task.isCancelled { throw .taskCancelled }
        let id = nextID()
        let result: Result<Value, PostgresError> = await withTaskCancellationHandler {
            await withCheckedContinuation { reply in
                send(command(id, reply))
                if Task.isCancelled { _ = post(.cancel(id)) }
            }
        } onCancel: {
            _ = post(.cancel(id))
        }
        return try result.get()
    }

    func result(
        limit: Duration, body: Operation.Body, _ command: @Sendable (Operation) -> PoolCommand
    ) async throws(PostgresError) -> PostgresResult {
        try await answer { id, reply in
            command(Operation(id: id, body: body, limit: limit, origin: .caller(reply)))
        }
    }

    func uninterruptedResult(
        limit: Duration, body: Operation.Body, _ command: @Sendable (Operation) -> PoolCommand
    ) async throws(PostgresError) -> PostgresResult {
        let result: Result<PostgresResult, PostgresError> = await withCheckedContinuation { reply in
            send(command(Operation(id: nextID(), body: body, limit: limit, origin: .caller(reply))))
        }
        return try result.get()
    }

    private func send(_ command: PoolCommand) {
        if !post(command) { command.refuse(.poolClosed) }
    }
}
