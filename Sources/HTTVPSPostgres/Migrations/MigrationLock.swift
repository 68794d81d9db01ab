import Logging

struct MigrationLock {
    static let key: Int64 = 0x4854_5456_5053_0001
    static let pause: Duration = .milliseconds(100)

    let limit: Duration
    let logger: Logger

    func acquire(on session: PostgresSession) async throws {
        let deadline = ContinuousClock.now + limit
        var isWaiting = false
        while try await !isTaken(on: session) {
            if !isWaiting { logger.info("Waiting for another migration run to end") }
            isWaiting = true
            guard ContinuousClock.now < deadline else {
                throw MigrationError(
                    .locked,
                    "another migration run has held the lock for \(limit.components.seconds) s: try again later")
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func isTaken(on session: PostgresSession) async throws(PostgresError) -> Bool {
        try await session.first("SELECT pg_try_advisory_lock(\(Self.key)) AS taken")?.decode("taken") ?? false
    }
}
