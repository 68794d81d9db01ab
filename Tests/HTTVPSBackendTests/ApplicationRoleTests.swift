import Foundation
import HTTVPSConfiguration
import HTTVPSPostgres
import HTTVPSTestSupport
import Testing

@testable import HTTVPSBackend

@Suite("The role that the backend works with")
struct ApplicationRoleTests {
    @Test(
        "cannot change or empty what is audited, nor its own rights",
        arguments: [
            "UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events",
            "ALTER TABLE audit_events DISABLE TRIGGER ALL", "DROP TRIGGER audit_events_append_only ON audit_events",
            "DROP TABLE audit_events", "UPDATE audit_blocks SET number = 7", "DELETE FROM audit_blocks",
            "DELETE FROM audit_head", "UPDATE audit_pending SET position = 7", "SET session_replication_role = replica",
            "DELETE FROM schema_migrations", "CREATE TABLE mine (id int)",
            "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
            "ALTER TABLE users ADD COLUMN extra text",
        ])
    func denied(_ statement: String) async throws {
        try await ApplicationDatabase.run(maximumConnections: 1) { pool, _ in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.execute(SQLQuery(stringLiteral: statement))
            }
            #expect(error?.sqlState == "42501")
            #expect(try await ApplicationRole.guardsAuditLog(on: pool))
            let owned = try #require(
                try await pool.first("SELECT count(*) AS n FROM pg_class WHERE relowner = to_regrole('httvps_app')"))
            #expect(try owned.decode("n", as: Int64.self) == 0)
        }
    }

    @Test("is not taken where it does not exist, and its absence is noticed")
    func absent() async throws {
        try await withPool(adjusting: { $0.role = "nobody_made_this" }) { pool in
            let row = try #require(try await pool.first("SELECT current_user AS name"))
            #expect(try row.decode("name", as: String.self) == "httvps")
            #expect(try await !ApplicationRole.guardsAuditLog(on: pool))
        }
    }

    @Test("is granted by an account that may not make roles only if it stands already; one DSN still works")
    func unprivileged() async throws {
        try await withDatabase { database in
            try await database.withPool(maximumConnections: 1) { owner in
                try await owner.execute("DROP ROLE IF EXISTS plain_owner")
                try await owner.execute("CREATE ROLE plain_owner NOLOGIN")
                try await owner.execute("GRANT CREATE ON SCHEMA public TO plain_owner")
                try await owner.execute(
                    """
                    DO $$ DECLARE owned regclass; BEGIN
                        FOR owned IN SELECT oid FROM pg_class
                            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                        LOOP
                            EXECUTE format('ALTER TABLE %s OWNER TO plain_owner', owned);
                        END LOOP;
                    END $$
                    """)
            }
            try await database.withPool(maximumConnections: 1, adjusting: { $0.role = "plain_owner" }) { pool in
                var configuration = try Self.configuration()
                configuration.applicationRole = "not_made_before"
                let migrations = try MigrationFolder(path: PostgresFixture.migrationsPath).load()
                let upgrade = SchemaUpgrade(
                    configuration: configuration, pool: pool, migrations: migrations, logger: .quiet)
                let warning = try #require(try await upgrade.run().warning)
                #expect(warning.contains("CREATE ROLE not_made_before"))
            }
        }
    }

    @Test("is given rights on the backend's own tables, whoever else has some in the same schema")
    func strangeTables() async throws {
        try await withDatabase { database in
            let name = "owner_" + UUID().uuidString.lowercased().replacing("-", with: "_")
            let (owner, role) = (name.prefix(60), ApplicationRole(name: ApplicationDatabase.role))
            try await database.withPool(maximumConnections: 1) { pool in
                try await role.grant(on: pool)
                for statement in [
                    "CREATE ROLE \(owner) NOLOGIN", "GRANT \(ApplicationDatabase.role) TO \(owner)",
                    "ALTER TABLE users OWNER TO \(owner)", "REVOKE ALL ON users FROM \(ApplicationDatabase.role)",
                    "CREATE TABLE strange (id int)", "GRANT \(owner) TO current_user",
                ]
                    + ["schema_migrations", "audit_events", "audit_blocks", "audit_head", "audit_pending"].map({
                        "ALTER TABLE \($0) OWNER TO \(owner)"
                    })
                {
                    try await pool.execute(SQLQuery(stringLiteral: statement))
                }
            }
            try await database.withPool(maximumConnections: 1, adjusting: { $0.role = String(owner) }) { pool in
                try await role.grant(on: pool)
                let rights = try #require(
                    try await pool.first(
                        """
                        SELECT has_table_privilege(\(ApplicationDatabase.role), 'users', 'UPDATE') AS own,
                            has_table_privilege(\(ApplicationDatabase.role), 'strange', 'SELECT') AS strange
                        """))
                #expect(try rights.decode("own") == true)
                #expect(try rights.decode("strange") == false)
            }
        }
    }

    @Test(
        "has a name that needs no quotes",
        arguments: [
            ("httvps_app", true), ("a1", true), ("", false), ("1a", false), ("A", false), ("a-b", false),
            ("pg_monitor", false), ("public", false), ("none", false), ("a'b", false),
        ])
    func names(_ name: String, _ isGood: Bool) { #expect(ApplicationRole.isName(name) == isGood) }

    private static func configuration() throws -> BackendConfiguration {
        try BackendConfiguration(
            Settings(
                environment: [
                    "BACKEND_DB_DSN": "postgresql:///unused", "BACKEND_SECRET_KEY": String(repeating: "k", count: 32),
                    "BACKEND_MIGRATIONS_DIR": PostgresFixture.migrationsPath,
                ], ownPrefixes: BackendConfiguration.ownPrefixes))
    }
}
