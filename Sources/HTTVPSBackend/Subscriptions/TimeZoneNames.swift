import HTTVPSPostgres
import Synchronization

final class TimeZoneNames: Sendable {
    private let known = Mutex<Set<String>>([])

    func all(on executor: some PostgresExecutor) async throws -> Set<String> {
        let cached = known.withLock { $0 }
        guard cached.isEmpty else { return cached }
        let rows = try await executor.query(
            """
            SELECT name FROM pg_timezone_names
            WHERE name !~ '^(posix|right)/' AND name NOT IN ('Factory', 'localtime', 'posixrules')
            """)
        let names = Set(try rows.map { try $0.decode("name", as: String.self) }).union(["UTC"])
        known.withLock { $0 = names }
        return names
    }
}
