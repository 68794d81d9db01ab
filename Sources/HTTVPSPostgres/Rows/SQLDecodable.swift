package import Foundation

package protocol SQLDecodable {
    init?(sqlText: String)
    static var sqlNull: Self? { get }
}

extension SQLDecodable {
    package static var sqlNull: Self? { nil }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    package init?(sqlText: String) {
        guard let value = Wrapped(sqlText: sqlText) else { return nil }
        self = .some(value)
    }

    package static var sqlNull: Self? { .some(.none) }
}

extension String: SQLDecodable {
    package init?(sqlText: String) { self = sqlText }
}

extension SQLDecodable where Self: FixedWidthInteger {
    package init?(sqlText: String) { self.init(sqlText, radix: 10) }
}

extension Int: SQLDecodable {}
extension Int64: SQLDecodable {}
extension Int32: SQLDecodable {}
extension Int16: SQLDecodable {}
extension UInt64: SQLDecodable {}
extension UInt32: SQLDecodable {}
extension UInt16: SQLDecodable {}

extension Bool: SQLDecodable {
    package init?(sqlText: String) {
        switch sqlText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension Double: SQLDecodable {
    package init?(sqlText: String) { self.init(sqlText) }
}

extension UUID: SQLDecodable {
    package init?(sqlText: String) { self.init(uuidString: sqlText) }
}

extension Date: SQLDecodable {
    package init?(sqlText: String) {
        guard let timestamp = SQLTimestamp(text: sqlText) else { return nil }
        self = timestamp.date
    }
}

extension Data: SQLDecodable {
    package init?(sqlText: String) {
        guard let bytes = SQLBytea.bytes(sqlText) else { return nil }
        self.init(bytes)
    }
}

extension Array: SQLDecodable where Element: SQLArrayDecodable {
    package init?(sqlText: String) {
        guard let array = Element.array(sqlText: sqlText) else { return nil }
        self = array
    }
}
