package protocol PostgresExecutor: Sendable {
    func run(_ query: SQLQuery) async throws(PostgresError) -> PostgresResult
}

extension PostgresExecutor {
    package func query(_ query: SQLQuery) async throws(PostgresError) -> [PostgresRow] {
        try await run(query).rows
    }

    package func first(_ query: SQLQuery) async throws(PostgresError) -> PostgresRow? {
        try await run(query).rows.first
    }

    @discardableResult
    package func execute(_ query: SQLQuery) async throws(PostgresError) -> Int {
        try await run(query).affectedRows
    }
}
