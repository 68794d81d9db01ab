actor SignInQueue {
    private static let maximumWaiting = 100

    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    func inTurn<Value: Sendable>(
        at address: String, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await take(address)
        defer { release(address) }
        return try await body()
    }

    private func take(_ address: String) async throws {
        guard let others = waiting[address] else {
            waiting[address] = []
            return
        }
        guard others.count < Self.maximumWaiting else {
            throw ProblemError.retryLater(.rateLimited, "Too many sign-ins at once.", seconds: 5)
        }
        await withCheckedContinuation { waiting[address, default: []].append($0) }
    }

    private func release(_ address: String) {
        guard var others = waiting[address], !others.isEmpty else {
            waiting[address] = nil
            return
        }
        let next = others.removeFirst()
        waiting[address] = others
        next.resume()
    }
}
