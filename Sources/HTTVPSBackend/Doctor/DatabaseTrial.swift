import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import Logging

struct DatabaseTrial: Sendable {
    private static let oldestServer = 150_000

    let pool: PostgresPool
    let configuration: BackendConfiguration
    let logger: Logger

    static func unreachable(_ error: any Error) -> Diagnosis {
        .fail(
            "database", "does not answer: \(error)",
            "Start PostgreSQL, or mend BACKEND_DB_DSN: host, port, name, user, password.")
    }

    func server(at now: @Sendable () -> Date) async -> [Diagnosis] {
        do {
            let row = try await pool.first(
                """
                SELECT current_setting('server_version') AS version, clock_timestamp() AS moment,
                    current_setting('server_version_num')::bigint AS number
                """)
            guard let row else { return [] }
            let version: String = try row.decode("version")
            let number: Int64 = try row.decode("number")
            let reached =
                number >= Self.oldestServer
                ? Diagnosis.ok("database", "PostgreSQL \(version) answers")
                : .fail("database", "is PostgreSQL \(version)", "Move to PostgreSQL 15 or newer.")
            let moment: Date = try row.decode("moment")
            return [reached, ClockTrial.diagnosis(of: "database", ahead: now().timeIntervalSince(moment))]
        } catch {
            return [Self.unreachable(error)]
        }
    }

    func migrations() async -> Diagnosis {
        do {
            let files = try MigrationFolder(path: configuration.migrationsPath).load()
            let plan = try await Migrator(pool: pool, migrations: files, logger: logger).plan()
            guard let first = plan.pending.first else {
                return .ok("migrations", "all \(plan.applied.count) are applied and unchanged")
            }
            return .fail(
                "migrations", "\(plan.pending.count) not applied yet, beginning with \(first.title)",
                "Run httvps-backend migrate up.")
        } catch {
            return .fail("migrations", error.message, "httvps-backend migrate status shows each one.")
        }
    }

    func rights() async -> Diagnosis {
        let upgrade = "Run httvps-backend migrate up with an account that may give the role its rights."
        do {
            let rows = try await pool.query(
                """
                SELECT relname AS name FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                    AND NOT has_table_privilege(current_user, oid, 'SELECT') ORDER BY relname
                """)
            let missing = try rows.map { try $0.decode("name", as: String.self) }
            let role: String = try await pool.first("SELECT current_user::text AS name")?.decode("name") ?? ""
            if !missing.isEmpty {
                return .fail("rights", "\(role) may not read \(missing.joined(separator: ", "))", upgrade)
            }
            guard try await ApplicationRole.guardsAuditLog(on: pool) else {
                return .warn("rights", "\(role) could change the audit log, which only triggers guard", upgrade)
            }
            return .ok("rights", "\(role) owns no table and may do its work")
        } catch {
            return .fail("rights", "cannot be looked up: \(error)", upgrade)
        }
    }
}
