import HTTVPSPostgres
import Synchronization

final class TimeZoneNames: Sendable {
    private let pool: PostgresPool
    private let known = Mutex<Set<String>>([])

    init(pool: PostgresPool) { self.pool = pool }

    func all() async throws -> Set<String> {
        let cached = known.withLock { $0 }
        guard cached.isEmpty else { return cached }
        let rows = try await pool.query(
            """
            SELECT name FROM pg_timezone_names
            WHERE name !~ '^(posix|right)/' AND name NOT IN ('Factory', 'localtime', 'posixrules')
            """)
        let names = Set(try rows.map { try $0.decode("name", as: String.self) }).union(["UTC"])
        known.withLock { $0 = names }
        return names
    }
}
