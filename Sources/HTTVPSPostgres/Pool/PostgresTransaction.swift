package struct PostgresTransaction: PostgresExecutor {
    let session: PostgresSession

    package func run(_ query: SQLQuery) async throws(PostgresError) -> PostgresResult { try await session.run(query) }

    package func script(_ text: String) async throws(PostgresError) { try await session.script(text) }
}
