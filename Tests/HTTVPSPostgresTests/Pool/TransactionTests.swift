import HTTVPSTestSupport
import Testing

@testable import HTTVPSPostgres

@Suite("Transactions")
struct TransactionTests {
    private struct Refused: Error {}

    private func count(_ executor: some PostgresExecutor) async throws -> Int? {
        try await executor.first("SELECT count(*) AS n FROM t")?.decode("n")
    }

    private func expectCount(_ expected: Int, _ pool: PostgresPool) async throws {
        let found = try await count(pool)
        #expect(found == expected)
    }

    private func withTable(_ body: (PostgresPool) async throws -> Void) async throws {
        try await withPool(migrated: false, maximumConnections: 2) { pool in
            try await pool.execute("CREATE TABLE t (a int PRIMARY KEY)")
            try await body(pool)
        }
    }

    @Test("a transaction that ends well is kept, and unseen by others before")
    func commits() async throws {
        try await withTable { pool in
            let inside = try await pool.transaction { transaction in
                try await transaction.execute("INSERT INTO t VALUES (1)")
                try await expectCount(0, pool)
                return try await count(transaction)
            }
            #expect(inside == 1)
            try await expectCount(1, pool)
        }
    }

    @Test("a transaction that throws leaves nothing and gives its connection back")
    func rollsBack() async throws {
        try await withTable { pool in
            for _ in 0..<5 {
                await #expect(throws: Refused.self) {
                    try await pool.transaction { transaction in
                        try await transaction.execute("INSERT INTO t VALUES (1)")
                        throw Refused()
                    }
                }
            }
            try await expectCount(0, pool)
            try await eventually { pool.counts.busy == 0 }
        }
    }

    @Test("a statement's error that was swallowed does not pass for a commit")
    func swallowedError() async throws {
        try await withTable { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (1)")
                    _ = try? await transaction.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.code == .transactionAborted)
            try await expectCount(0, pool)
        }
    }

    @Test("a cancelled task rolls its transaction back")
    func cancelled() async throws {
        try await withTable { pool in
            let task = Task {
                try await pool.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (1)")
                    try await transaction.execute("SELECT pg_sleep(9)")
                }
            }
            try await eventually { pool.counts.busy == 1 }
            task.cancel()
            await #expect(throws: PostgresError.self) { try await task.value }
            try await eventually { pool.counts.busy == 0 }
            try await expectCount(0, pool)
        }
    }

    @Test("two that cannot both be right: one gets a serialization failure")
    func serializable() async throws {
        try await withTable { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction(isolation: .serializable) { first in
                    _ = try await count(first)
                    try await pool.transaction(isolation: .serializable) { second in
                        _ = try await count(second)
                        try await second.execute("INSERT INTO t VALUES (2)")
                    }
                    try await first.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.isSerializationFailure == true)
            try await expectCount(1, pool)
        }
    }

    @Test("a transaction kept beyond its end is refused")
    func escaped() async throws {
        try await withTable { pool in
            let escaped = try await pool.transaction { $0 }
            let error = await #expect(throws: PostgresError.self) { try await escaped.run("SELECT 1") }
            #expect(error?.code == .connectionReturned)
        }
    }

    @Test("queries at once in one transaction are done one after the other")
    func concurrentInside() async throws {
        try await withTable { pool in
            try await pool.transaction { transaction in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask { _ = try await transaction.execute("INSERT INTO t VALUES (\(number))") }
                    }
                    try await group.waitForAll()
                }
            }
            try await expectCount(20, pool)
        }
    }

    @Test("a borrowed connection's advisory lock is free once it is given back")
    func advisoryLock() async throws {
        try await withTable { pool in
            try await pool.withConnection { session in
                try await session.execute("SELECT pg_advisory_lock(7)")
                let row = try await pool.first("SELECT pg_try_advisory_lock(7) AS taken")
                #expect(try row?.decode("taken") == false)
            }
            try await eventually {
                try await pool.first("SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'")?.decode("n") == 0
            }
        }
    }
}
