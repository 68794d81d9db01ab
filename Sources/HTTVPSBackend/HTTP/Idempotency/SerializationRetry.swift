import HTTVPSPostgres

extension PostgresPool {
    nonisolated(nonsending) func retryingSerializationFailures<Value>(
        attempts: Int = 3, _ body: nonisolated(nonsending) () async throws -> Value
    ) async throws -> Value {
        for _ in 1..<attempts {
            do {
                return try await body()
            } catch let error as PostgresError where error.isSerializationFailure {
                continue
            }
        }
        return try await body()
    }
}
