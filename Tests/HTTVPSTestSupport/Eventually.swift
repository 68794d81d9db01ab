package struct NeverCameTrue: Error {}

package func eventually(
    within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let isTrue = try? await condition(), isTrue { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NeverCameTrue()
}
