import HTTVPSTestSupport
import Testing

@testable import HTTVPSPostgres

@Suite("The pool against a real PostgreSQL")
struct PostgresPoolTests {
    @Test("64 queries at once share four connections, and each gets its own answer")
    func concurrentQueries() async throws {
        try await withPool(migrated: false) { pool in
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let row = try await pool.first(
                            "SELECT \(number) AS n, pg_backend_pid() AS pid, pg_sleep(0.01)::text AS s")
                        return try row?.decode("n") == number
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 64 && answers.allSatisfy { $0 })
            let backends = try await pool.first(
                "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()")
            #expect(try backends?.decode("n", as: Int.self) == 4)
        }
    }

    @Test("a statement is prepared once per connection")
    func preparesOnce() async throws {
        try await withPool(migrated: false, maximumConnections: 1) { pool in
            for number in 0..<5 { _ = try await pool.run("SELECT \(number) AS n") }
            let row = try await pool.first(
                "SELECT count(*) AS n FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1 AS n%'")
            #expect(try row?.decode("n", as: Int.self) == 1)
        }
    }

    @Test("a prepared statement outlives changes of its table and a DEALLOCATE")
    func staleStatements() async throws {
        try await withPool(migrated: false, maximumConnections: 1) { pool in
            try await pool.execute("CREATE TABLE t (a int)")
            try await pool.execute("INSERT INTO t VALUES (1)")
            _ = try await pool.query("SELECT * FROM t")
            try await pool.execute("ALTER TABLE t ADD COLUMN b text DEFAULT 'x'")
            #expect(try await pool.first("SELECT * FROM t")?.decode("b") == "x")
            try await pool.execute("DEALLOCATE ALL")
            #expect(try await pool.first("SELECT * FROM t")?.decode("b") == "x")
        }
    }

    @Test("faults of SQL and of constraints have their codes, and the connection goes on")
    func mapsErrors() async throws {
        try await withPool(migrated: false, maximumConnections: 1) { pool in
            try await pool.execute(
                "CREATE TABLE p (id int PRIMARY KEY, n int NOT NULL CONSTRAINT n_small CHECK (n < 9))")
            try await pool.execute("CREATE TABLE c (p int CONSTRAINT c_parent REFERENCES p)")
            try await pool.execute("INSERT INTO p VALUES (1, 1)")
            let cases: [(SQLQuery, PostgresError.Code, String?)] = [
                ("SELEC 1", .queryFailed, nil), ("SELECT * FROM nowhere", .queryFailed, nil),
                ("INSERT INTO p VALUES (1, 1)", .uniqueViolation, "p_pkey"),
                ("INSERT INTO p VALUES (2, 99)", .checkViolation, "n_small"),
                ("INSERT INTO p VALUES (2, NULL)", .notNullViolation, nil),
                ("INSERT INTO c VALUES (77)", .foreignKeyViolation, "c_parent"),
            ]
            for (query, code, constraint) in cases {
                let error = await #expect(throws: PostgresError.self) { try await pool.run(query) }
                #expect(error?.code == code)
                #expect(error?.constraint == constraint)
            }
            #expect(try await pool.execute("UPDATE p SET n = n + \(1)") == 1)
        }
    }

    @Test("a slow statement meets the statement timeout")
    func statementTimeout() async throws {
        try await withPool(
            migrated: false, maximumConnections: 1, adjusting: { $0.statementTimeout = .seconds(1) }
        ) { pool in
            let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT pg_sleep(20)") }
            #expect(error?.code == .timeout)
            _ = try await pool.run("SELECT 1")
        }
    }

    @Test("a cancelled task stops its query on the server and gives the connection back")
    func cancellation() async throws {
        try await withPool(migrated: false, maximumConnections: 1) { pool in
            let slow = Task { try await pool.run("SELECT pg_sleep(300)") }
            try await eventually { pool.counts.busy == 1 }
            let waiting = Task { try await pool.run("SELECT 2") }
            try await eventually { pool.counts.waiting == 1 }
            waiting.cancel()
            await #expect(throws: PostgresError.self) { try await waiting.value }
            let start = ContinuousClock.now
            slow.cancel()
            let error = await #expect(throws: PostgresError.self) { try await slow.value }
            #expect(error?.code == .cancelled)
            for _ in 0..<20 { _ = try await pool.run("SELECT 1") }
            #expect(start.duration(to: .now) < .seconds(60))
            try await eventually { pool.counts == PoolCounts(idle: 1) }
        }
    }

    @Test("too many waiters and too long waits are refused")
    func refusals() async throws {
        try await withPool(
            migrated: false, maximumConnections: 1,
            adjusting: {
                $0.maximumWaiters = 1
                $0.waitTimeout = .seconds(5)
            }
        ) { pool in
            try await eventually { pool.counts.idle == 1 }
            let slow = Task { try await pool.run("SELECT pg_sleep(300)") }
            try await eventually { pool.counts.busy == 1 }
            let waiting = Task { try await pool.run("SELECT 2") }
            try await eventually { pool.counts.waiting == 1 }
            let full = await #expect(throws: PostgresError.self) { try await pool.run("SELECT 3") }
            #expect(full?.code == .databaseUnavailable)
            let late = await #expect(throws: PostgresError.self) { try await waiting.value }
            #expect(late?.code == .databaseUnavailable)
            slow.cancel()
            await #expect(throws: PostgresError.self) { try await slow.value }
        }
    }

    @Test("a result of many megabytes and a value of many megabytes pass")
    func largeValues() async throws {
        try await withPool(migrated: false, maximumConnections: 1) { pool in
            let bytes = [UInt8](repeating: 0xA5, count: 8 << 20)
            let row = try await pool.first("SELECT \(bytes) AS b, octet_length(\(bytes)) AS n")
            #expect(try row?.decode("n", as: Int.self) == bytes.count)
            #expect(try row?.decode("b", as: [UInt8].self) == bytes)
        }
    }

    @Test("COPY is refused and does not hang")
    func refusesCopy() async throws {
        try await withPool(migrated: false, maximumConnections: 1) { pool in
            await #expect(throws: PostgresError.self) { try await pool.run("COPY (SELECT 1) TO STDOUT") }
            _ = try await pool.run("SELECT 1")
        }
    }

    @Test("after shutdown the pool refuses, and its connections are gone")
    func shutdown() async throws {
        try await withDatabase(migrated: false) { database in
            let pool = try database.pool()
            _ = try await pool.run("SELECT 1")
            await pool.shutdown()
            await pool.shutdown()
            let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT 1") }
            #expect(error?.code == .databaseUnavailable)
            #expect(pool.counts == PoolCounts())
        }
    }

    @Test("an address where nobody listens is refused fast and names no password")
    func nobodyListens() async throws {
        let dsn = try PostgresDSN("postgresql://u:hunter2@127.0.0.1:1/none")
        var configuration = PostgresConfiguration(dsn: dsn)
        configuration.waitTimeout = .seconds(300)
        let pool = try PostgresPool(configuration: configuration, logger: .quiet)
        let start = ContinuousClock.now
        let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT 1") }
        #expect(error?.code == .databaseUnavailable)
        #expect(error.map { "\($0)" }?.contains("hunter2") == false)
        #expect(start.duration(to: .now) < .seconds(60))
        await pool.shutdown()
    }
}
