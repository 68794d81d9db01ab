import Testing

@testable import HTTVPSPostgres

@Suite("What an error tells")
struct PostgresErrorTests {
    private func error(_ sqlState: String, cancelled: Bool = false) -> PostgresError {
        PostgresError(
            sqlState: sqlState, serverMessage: "value \"hunter2\"", constraint: nil, position: nil,
            cancelRequested: cancelled)
    }

    @Test(
        "SQLSTATEs have names",
        arguments: [
            ("23505", .uniqueViolation), ("23503", .foreignKeyViolation), ("23514", .checkViolation),
            ("23502", .notNullViolation), ("40001", .serializationFailure), ("40P01", .deadlock),
            ("55P03", .lockTimeout), ("57014", .timeout), ("57P01", .databaseUnavailable),
            ("57P03", .databaseUnavailable), ("53300", .databaseUnavailable), ("08006", .databaseUnavailable),
            ("22003", .invalidValue), ("42601", .queryFailed),
        ] as [(String, PostgresError.Code)])
    func codes(sqlState: String, code: PostgresError.Code) {
        #expect(error(sqlState).code == code)
    }

    @Test("a cancelled query is told from a slow one")
    func cancelled() {
        #expect(error("57014", cancelled: true).code == .cancelled)
    }

    @Test("the server's words about a refused value are left out, because they quote it")
    func hidesValues() {
        #expect(!error("22P02").description.contains("hunter2"))
    }

    @Test("a password is neither in the fault of an address nor in its description")
    func hidesPassword() throws {
        let refused = [
            "hunter2", "postgres//u:hunter2@h", "host=h password='hunter2", "postgresql://u:hunter2@h:x/%zz",
            "postgresql://u:pa@hunter2@h:5432/app", "postgresql://u:pa/hunter2@h:5432/app",
            "postgresql://u:1/hunter2@h:5432/app", "postgresql://u:hunter2/x@h/app", "postgresql://u:pa:hunter2/x@h",
        ]
        for text in refused {
            let error = #expect(throws: PostgresError.self) { try PostgresDSN(text) }
            #expect(error?.description.contains("hunter2") == false)
        }
        let dsn = try PostgresDSN("postgresql://u:hunter2@db.example:5433/app")
        #expect(dsn.description.contains("db.example") && dsn.description.contains("5433"))
        var dumped = ""
        dump(dsn, to: &dumped)
        #expect(!("\(dsn)" + dumped + String(reflecting: dsn)).contains("hunter2"))
    }

    @Test("serialization failures and deadlocks are worth another try")
    func retryable() {
        #expect(error("40001").isSerializationFailure && error("40P01").isSerializationFailure)
        #expect(!error("23505").isSerializationFailure)
    }
}
