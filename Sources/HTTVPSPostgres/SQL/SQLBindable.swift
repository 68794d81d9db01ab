package import Foundation

package protocol SQLBindable {
    static var sqlType: SQLValue.DataType { get }
    var sqlPayload: SQLValue.Payload { get }
}

extension SQLBindable {
    var sqlValue: SQLValue { SQLValue(type: Self.sqlType, payload: sqlPayload) }
}

extension String: SQLBindable {
    package static var sqlType: SQLValue.DataType { .inferred }
    package var sqlPayload: SQLValue.Payload { .text(self) }
}

extension Substring: SQLBindable {
    package static var sqlType: SQLValue.DataType { .inferred }
    package var sqlPayload: SQLValue.Payload { .text(String(self)) }
}

extension UUID: SQLBindable {
    package static var sqlType: SQLValue.DataType { .inferred }
    package var sqlPayload: SQLValue.Payload { .text(uuidString.lowercased()) }
}

extension SQLBindable where Self: FixedWidthInteger {
    package static var sqlType: SQLValue.DataType { .int8 }
    package var sqlPayload: SQLValue.Payload { .text(String(self)) }
}

extension Int: SQLBindable {}
extension Int64: SQLBindable {}
extension Int32: SQLBindable {}
extension Int16: SQLBindable {}
extension UInt32: SQLBindable {}
extension UInt16: SQLBindable {}

extension Bool: SQLBindable {
    package static var sqlType: SQLValue.DataType { .bool }
    package var sqlPayload: SQLValue.Payload { .text(self ? "t" : "f") }
}

extension Double: SQLBindable {
    package static var sqlType: SQLValue.DataType { .float8 }
    package var sqlPayload: SQLValue.Payload { .text(sqlText) }

    var sqlText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        return String(self)
    }
}

extension Date: SQLBindable {
    package static var sqlType: SQLValue.DataType { .timestamptz }
    package var sqlPayload: SQLValue.Payload { .text(SQLTimestamp(self).text) }
}

extension Data: SQLBindable {
    package static var sqlType: SQLValue.DataType { .bytea }
    package var sqlPayload: SQLValue.Payload { .bytes([UInt8](self)) }
}

extension Array: SQLBindable where Element: SQLArrayElement {
    package static var sqlType: SQLValue.DataType { Element.sqlArrayType }
    package var sqlPayload: SQLValue.Payload { Element.payload(of: self) }
}
