extension PostgresPool {
    package func whileOpen<Value: Sendable>(_ body: (PostgresPool) async throws -> Value) async throws -> Value {
        do {
            let value = try await body(self)
            await shutdown()
            return value
        } catch {
            await shutdown()
            throw error
        }
    }
}
