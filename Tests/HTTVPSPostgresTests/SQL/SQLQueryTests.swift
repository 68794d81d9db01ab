import Foundation
import Testing

@testable import HTTVPSPostgres

@Suite("A query written as an interpolated string")
struct SQLQueryTests {
    private enum Plan: String { case basic }

    @Test("numbers its values in order and keeps them out of the text")
    func bindsValues() {
        let (name, age) = ("O'Neil; DROP TABLE users", 42)
        let query: SQLQuery = "SELECT * FROM users WHERE name = \(name) AND age > \(age)"
        #expect(query.text == "SELECT * FROM users WHERE name = $1 AND age > $2")
        #expect(
            query.binds == [
                SQLValue(type: .inferred, payload: .text(name)), SQLValue(type: .int8, payload: .text("42")),
            ])
    }

    @Test("has the same text and types whether a value is there or not")
    func nullsKeepTheStatementStable() {
        func query(_ limit: Int64?) -> SQLQuery { "SELECT \(limit)" }
        #expect(StatementCache.Key(query(nil)) == StatementCache.Key(query(7)))
        #expect(query(nil).binds == [SQLValue(type: .int8, payload: .null)])
    }

    @Test("takes in another query and counts on")
    func embedsFragments() {
        let filter: SQLQuery = "region = \("eu") AND load < \(0.5)"
        let query: SQLQuery = "SELECT \(1) FROM nodes WHERE \(filter) LIMIT \(10)"
        #expect(query.text == "SELECT $1 FROM nodes WHERE region = $2 AND load < $3 LIMIT $4")
        #expect(query.binds.count == 4)
    }

    @Test("puts raw text in only where it is called unsafe")
    func rawText() {
        let query: SQLQuery = "SELECT * FROM \(unsafe: "users") WHERE plan = \(Plan.basic)"
        #expect(query.text == "SELECT * FROM users WHERE plan = $1")
    }

    @Test("refuses a NUL in text, and says which value, not what it holds")
    func refusesNUL() {
        let query: SQLQuery = "SELECT \(1), \("se\0cret")"
        let error = #expect(throws: PostgresError.self) { try query.checked() }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.contains("$2") == true)
        #expect(error?.message.contains("cret") == false)
    }

    @Test("refuses more values than a statement can take")
    func refusesTooManyValues() {
        var interpolation = SQLQuery.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        for number in 0...65_535 { interpolation.appendInterpolation(number) }
        #expect(throws: PostgresError.self) { try SQLQuery(stringInterpolation: interpolation).checked() }
    }
}
