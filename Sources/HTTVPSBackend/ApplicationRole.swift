package import HTTVPSPostgres

package struct ApplicationRole: Sendable {
    private static let lock: Int64 = 0x4854_5456_5053_0009
    private static let exceptions: [(table: String, rights: String)] = [
        ("schema_migrations", "SELECT"), ("audit_events", "SELECT, INSERT"), ("audit_blocks", "SELECT, INSERT"),
        ("audit_head", "SELECT, INSERT, UPDATE"), ("audit_pending", "SELECT, INSERT, DELETE"),
    ]

    private let name: String

    package init(name: String) { self.name = name }

    package static func isName(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, !text.hasPrefix("pg_") else {
            return false
        }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return letters.contains(first)
            && text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") }
            && !["public", "none"].contains(text)
    }

    package static func guardsAuditLog(on executor: some PostgresExecutor) async throws -> Bool {
        let row = try await executor.first(
            """
            SELECT NOT has_table_privilege(current_user, oid, 'UPDATE, DELETE, TRUNCATE')
                AND NOT pg_has_role(current_user, relowner, 'USAGE') AS guarded
            FROM pg_class WHERE oid = to_regclass('audit_events')
            """)
        return try row?.decode("guarded") ?? false
    }

    package func grant(on pool: PostgresPool) async throws {
        try await pool.transaction { transaction in
            try await transaction.execute("SELECT pg_advisory_xact_lock(\(Self.lock))")
            try await transaction.script(creation)
            try await transaction.script(membership)
            try await transaction.script(rights)
        }
    }

    private var quoted: String { "\"\(name)\"" }

    private var creation: String {
        """
        DO $$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(name)') THEN
                CREATE ROLE \(quoted) NOLOGIN;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END
        $$
        """
    }

    private var membership: String {
        """
        DO $$
        BEGIN
            IF NOT pg_has_role(current_user, '\(name)', 'MEMBER') THEN
                GRANT \(quoted) TO current_user;
            END IF;
        END
        $$
        """
    }

    private var rights: String {
        let narrowed = Self.exceptions.map { table, rights in
            """
            REVOKE ALL ON \(table) FROM \(quoted);
            GRANT \(rights) ON \(table) TO \(quoted);
            """
        }
        return """
            DO $$
            DECLARE
                own record;
            BEGIN
                EXECUTE format('GRANT USAGE ON SCHEMA %I TO \(quoted)', current_schema());
                FOR own IN SELECT oid::regclass AS name, relkind FROM pg_class
                    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
                        AND pg_has_role(current_user, relowner, 'USAGE')
                LOOP
                    EXECUTE format(CASE own.relkind
                        WHEN 'S' THEN 'GRANT USAGE, SELECT ON SEQUENCE %s TO \(quoted)'
                        ELSE 'GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO \(quoted)' END, own.name);
                END LOOP;
            END
            $$;
            """ + narrowed.joined(separator: "\n")
    }
}
