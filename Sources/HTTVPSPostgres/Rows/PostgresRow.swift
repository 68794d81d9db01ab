package struct PostgresColumns: Sendable, Equatable {
    package let names: [String]
    private let positions: [String: Int]

    init(_ names: [String]) {
        self.names = names
        positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func position(of name: String) -> Int? { positions[name] }
}

package struct PostgresRow: Sendable, Equatable {
    package let columns: PostgresColumns
    private let cells: [String?]

    init(columns: PostgresColumns, cells: [String?]) {
        self.columns = columns
        self.cells = cells
    }

    package func decode<Value: SQLDecodable>(_ column: String, as type: Value.Type = Value.self) throws(PostgresError)
        -> Value
    {
        guard let text = try cell(column) else {
            guard let null = Value.sqlNull else {
                throw PostgresError(.decodeFailed, "column \(column) is null, where a \(Value.self) was expected")
            }
            return null
        }
        guard let value = Value(sqlText: text) else { throw unreadable(column, Value.self) }
        return value
    }

    package func decode<Value: RawRepresentable>(_ column: String, as type: Value.Type = Value.self)
        throws(PostgresError) -> Value where Value.RawValue: SQLDecodable
    {
        guard let value = Value(rawValue: try decode(column, as: Value.RawValue.self)) else {
            throw unreadable(column, Value.self)
        }
        return value
    }

    package func decode<Value: RawRepresentable>(_ column: String, as type: Value?.Type = Value?.self)
        throws(PostgresError) -> Value? where Value.RawValue: SQLDecodable
    {
        guard let raw = try decode(column, as: Value.RawValue?.self) else { return nil }
        guard let value = Value(rawValue: raw) else { throw unreadable(column, Value.self) }
        return value
    }

    private func cell(_ column: String) throws(PostgresError) -> String? {
        guard let position = columns.position(of: column) else {
            throw PostgresError(.decodeFailed, "the result has no column \(column)")
        }
        return cells[position]
    }

    private func unreadable(_ column: String, _ type: Any.Type) -> PostgresError {
        PostgresError(.decodeFailed, "column \(column) cannot be read as \(type)")
    }
}
