import Foundation
import HTTVPSTestSupport
import Testing

@testable import HTTVPSPostgres

@Suite("Values through a real PostgreSQL")
struct TypeRoundTripTests {
    private func expectSame<Value: SQLBindable & SQLDecodable & Equatable & Sendable>(
        _ values: [Value], as type: String, on pool: PostgresPool
    ) async throws {
        for value in values {
            let row = try await pool.first(
                "SELECT \(value)::\(unsafe: type) AS v, \(nil as Value?)::\(unsafe: type) AS n")
            #expect(try row?.decode("v", as: Value.self) == value)
            #expect(try row?.decode("n", as: Value?.self) == .some(nil))
            #expect(throws: PostgresError.self) { try row?.decode("n", as: Value.self) }
        }
    }

    @Test("every simple type comes back as it went")
    func simpleTypes() async throws {
        try await withPool(migrated: false) { pool in
            try await expectSame([Int64.min, -1, 0, 1, .max], as: "bigint", on: pool)
            try await expectSame([Int(Int32.min), Int(Int32.max)], as: "integer", on: pool)
            try await expectSame(
                ["", "plain", "O'Neil \\ \"x\" $1 %s", "ünï 🦆 \u{1}\n\t", "NULL"], as: "text", on: pool)
            try await expectSame(["{\"a\": [1, null]}"], as: "jsonb", on: pool)
            try await expectSame([true, false], as: "boolean", on: pool)
            try await expectSame(
                [0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity],
                as: "double precision", on: pool)
            try await expectSame([UUID()], as: "uuid", on: pool)
            try await expectSame([[], [0], Array(UInt8.min...UInt8.max)], as: "bytea", on: pool)
            try await expectSame([Data([0, 255])], as: "bytea", on: pool)
        }
    }

    @Test("dates keep their microseconds")
    func dates() async throws {
        try await withPool(migrated: false) { pool in
            let microseconds: [Int64] = [0, -1, 1, 951_782_400_123_456, 1_767_225_599_999_999, -2_208_988_800_000_000]
            try await expectSame(
                microseconds.map { SQLTimestamp(microseconds: $0).date }, as: "timestamptz", on: pool)
            let row = try await pool.first("SELECT \(Date(timeIntervalSince1970: 1.25)) = to_timestamp(1.25) AS same")
            #expect(try row?.decode("same") == true)
        }
    }

    @Test("arrays come back as they went, empty ones and nulls included")
    func arrays() async throws {
        try await withPool(migrated: false) { pool in
            try await expectSame(
                [[], [""], ["a,b", "{}", "\"q\"", "\\", "NULL", "ü🦆", " x "]], as: "text[]", on: pool)
            try await expectSame([[nil, "NULL", nil]] as [[String?]], as: "text[]", on: pool)
            try await expectSame([[], [Int64.min, 0, .max]], as: "bigint[]", on: pool)
            try await expectSame([[1, nil]] as [[Int?]], as: "bigint[]", on: pool)
            try await expectSame([[true, false]], as: "boolean[]", on: pool)
            try await expectSame([[0.5, -1e300]], as: "double precision[]", on: pool)
            try await expectSame([[UUID(), UUID()]], as: "uuid[]", on: pool)
            try await expectSame([[], [Date(timeIntervalSince1970: 1.5)]], as: "timestamptz[]", on: pool)
            try await expectSame([[[], [0, 34, 92]]] as [[[UInt8]]], as: "bytea[]", on: pool)
        }
    }

    @Test("a value in the wrong form gets an error that does not quote it")
    func wrongForm() async throws {
        try await withPool(migrated: false) { pool in
            let error = await #expect(throws: PostgresError.self) { try await pool.run("SELECT \("hunter2")::uuid") }
            #expect(error?.code == .invalidValue)
            #expect(error.map { "\($0)" }?.contains("hunter2") == false)
            let nul = await #expect(throws: PostgresError.self) { try await pool.run("SELECT \("a\0b")") }
            #expect(nul?.code == .invalidValue)
        }
    }

    @Test("reading a column that is not there, or as another type, is an error with the column's name")
    func wrongColumn() async throws {
        try await withPool(migrated: false) { pool in
            let row = try #require(try await pool.first("SELECT 'x' AS name"))
            let missing = #expect(throws: PostgresError.self) { try row.decode("nme", as: String.self) }
            #expect(missing?.code == .decodeFailed)
            #expect(missing?.message.contains("nme") == true)
            #expect(throws: PostgresError.self) { try row.decode("name", as: Int.self) }
        }
    }
}
