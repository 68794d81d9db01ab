package struct SQLQuery: Sendable, Equatable, ExpressibleByStringInterpolation {
    package struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [String] = [""]
        var binds: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            binds.reserveCapacity(interpolationCount)
            pieces.reserveCapacity(interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            pieces[pieces.count - 1] += literal
        }

        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value) {
            append(value.sqlValue)
        }

        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            append(SQLValue(type: Value.sqlType, payload: value?.sqlPayload ?? .null))
        }

        package mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value)
        where Value.RawValue: SQLBindable {
            append(value.rawValue.sqlValue)
        }

        package mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value?)
        where Value.RawValue: SQLBindable {
            appendInterpolation(value?.rawValue)
        }

        package mutating func appendInterpolation(_ fragment: SQLQuery) {
            pieces[pieces.count - 1] += fragment.pieces[0]
            pieces += fragment.pieces.dropFirst()
            binds += fragment.binds
        }

        package mutating func appendInterpolation(unsafe text: String) {
            appendLiteral(text)
        }

        private mutating func append(_ value: SQLValue) {
            binds.append(value)
            pieces.append("")
        }
    }

    let pieces: [String]
    package let binds: [SQLValue]
    package let text: String

    package init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
        binds = stringInterpolation.binds
        text = Self.text(of: pieces)
    }

    package init(stringLiteral value: String) {
        pieces = [value]
        binds = []
        text = value
    }

    private static func text(of pieces: [String]) -> String {
        var text = pieces[0]
        for (index, piece) in pieces.enumerated().dropFirst() {
            text += "$\(index)"
            text += piece
        }
        return text
    }

    func checked() throws(PostgresError) {
        guard binds.count <= 65_535 else {
            throw PostgresError(.invalidValue, "a statement takes at most 65535 values, bind an array instead")
        }
        guard !text.utf8.contains(0) else {
            throw PostgresError(.invalidValue, "the text of a statement cannot hold a NUL character")
        }
        for (index, bind) in binds.enumerated() {
            if case .text(let text) = bind.payload, text.utf8.contains(0) {
                throw PostgresError(.invalidValue, "value $\(index + 1) holds a NUL character, which text cannot")
            }
        }
    }
}
