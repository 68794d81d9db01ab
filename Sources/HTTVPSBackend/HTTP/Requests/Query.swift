import Foundation

struct Query: Equatable, Sendable {
    private let values: [String: String]

    static let empty = Query(values: [:])

    subscript(name: String) -> String? { values[name] }

    func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }

    func time(_ name: String) -> Date? { values[name].flatMap(InternetTime.date) }

    func flag(_ name: String) -> Bool { values[name] == "true" }

    func pairs(without names: Set<String>) -> [String] {
        values.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    }
}

extension Query {
    static func parse(_ text: String?, shape: QueryShape) throws(ProblemError) -> Query {
        guard let text, !text.isEmpty else { return .empty }
        var values: [String: String] = [:]
        for piece in text.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            let (name, value) = try pair(piece)
            guard let parameter = shape.parameters[name] else {
                throw ProblemError(.unknownQueryParameter, "The parameter \(shown(name)) is not known here.")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw ProblemError(.invalidQuery, "The parameter \(name) is given twice.")
            }
            guard parameter.accepts(value) else {
                throw ProblemError(.invalidQuery, "The value of the parameter \(name) is not one that it takes.")
            }
        }
        return Query(values: values)
    }

    private static func pair(_ piece: Substring.UTF8View) throws(ProblemError) -> (String, String) {
        let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
        guard let name = decoded(piece[..<equals]), let value = decoded(piece[equals...].dropFirst()) else {
            throw ProblemError(.invalidQuery, "The query is not percent-encoded UTF-8.")
        }
        return (name, value)
    }

    private static func decoded(_ bytes: Substring.UTF8View) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = hex(rest.popFirst()), let low = hex(rest.popFirst()) else { return nil }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8?) -> UInt8? {
        guard let byte, let character = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
        return UInt8(character)
    }

    private static func shown(_ name: String) -> String {
        String(name.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(64).map(Character.init))
    }
}
