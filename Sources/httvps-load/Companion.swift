enum Companion {
    static func alongside<Result: Sendable>(
        _ companion: @escaping @Sendable () async -> Void, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await companion() }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
