package struct PostgresSession: PostgresExecutor {
    let mailbox: PoolMailbox
    let lease: LeaseID
    let limit: Duration

    package func run(_ query: SQLQuery) async throws(PostgresError) -> PostgresResult {
        try query.checked()
        return try await mailbox.result(limit: limit, body: .query(query)) { [lease] in .run($0, on: lease) }
    }

    package func script(_ text: String) async throws(PostgresError) {
        guard !text.utf8.contains(0) else {
            throw PostgresError(.invalidValue, "the text of a script cannot hold a NUL character")
        }
        _ = try await mailbox.result(limit: limit, body: .script(text)) { [lease] in .run($0, on: lease) }
    }

    package nonisolated(nonsending) func transaction<Value>(
        isolation: TransactionIsolation = .readCommitted,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        try await script(isolation.beginStatement)
        let value: Value
        do {
            value = try await body(PostgresTransaction(session: self))
        } catch {
            _ = try? await finish("ROLLBACK")
            throw error
        }
        try await commit()
        return value
    }

    func release(keep: Bool) { _ = mailbox.post(.release(lease, keep: keep)) }

    private func commit() async throws(PostgresError) {
        do {
            guard try await finish("COMMIT").command != "COMMIT" else { return }
        } catch {
            guard error.isUnavailable || error.code == .timeout else { throw error }
            throw PostgresError(
                error.code, "the connection was lost during COMMIT: the changes may or may not have been kept",
                sqlState: error.sqlState, cause: error)
        }
        throw PostgresError(.transactionAborted, "the transaction was rolled back because one of its statements failed")
    }

    private func finish(_ statement: String) async throws(PostgresError) -> PostgresResult {
        try await mailbox.uninterruptedResult(limit: limit, body: .script(statement)) { [lease] in .run($0, on: lease) }
    }
}
