package enum Poll {
    package static func until(
        within limit: Duration, every pause: Duration = .milliseconds(10), _ condition: () async throws -> Bool
    ) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: pause)
        }
        return true
    }
}
