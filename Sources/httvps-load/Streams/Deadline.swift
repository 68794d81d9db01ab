enum Deadline {
    static func within(_ limit: Duration, _ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: limit)
                throw LoadError(.timeout, "not done within \(limit)")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
