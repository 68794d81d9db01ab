package import Foundation

package protocol SQLArrayElement {
    static var sqlArrayType: SQLValue.DataType { get }
    var sqlArrayText: String? { get }
    static func payload(of array: [Self]) -> SQLValue.Payload
}

extension SQLArrayElement {
    package static func payload(of array: [Self]) -> SQLValue.Payload {
        .text("{" + array.map { $0.sqlArrayText.map(SQLArrayLiteral.quoted) ?? "NULL" }.joined(separator: ",") + "}")
    }
}

extension Optional: SQLArrayElement where Wrapped: SQLArrayElement {
    package static var sqlArrayType: SQLValue.DataType { Wrapped.sqlArrayType }
    package var sqlArrayText: String? { flatMap(\.sqlArrayText) }
}

extension String: SQLArrayElement {
    package static var sqlArrayType: SQLValue.DataType { .inferred }
    package var sqlArrayText: String? { self }
}

extension UUID: SQLArrayElement {
    package static var sqlArrayType: SQLValue.DataType { .inferred }
    package var sqlArrayText: String? { uuidString.lowercased() }
}

extension SQLArrayElement where Self: FixedWidthInteger {
    package static var sqlArrayType: SQLValue.DataType { .int8Array }
    package var sqlArrayText: String? { String(self) }
}

extension Int: SQLArrayElement {}
extension Int64: SQLArrayElement {}
extension Int32: SQLArrayElement {}

extension Bool: SQLArrayElement {
    package static var sqlArrayType: SQLValue.DataType { .boolArray }
    package var sqlArrayText: String? { self ? "t" : "f" }
}

extension Double: SQLArrayElement {
    package static var sqlArrayType: SQLValue.DataType { .float8Array }
    package var sqlArrayText: String? { sqlText }
}

extension Date: SQLArrayElement {
    package static var sqlArrayType: SQLValue.DataType { .timestamptzArray }
    package var sqlArrayText: String? { SQLTimestamp(self).text }
}

extension UInt8: SQLArrayElement {
    package static var sqlArrayType: SQLValue.DataType { .bytea }
    package var sqlArrayText: String? { nil }
    package static func payload(of array: [UInt8]) -> SQLValue.Payload { .bytes(array) }
}

extension Array: SQLArrayElement where Element == UInt8 {
    package static var sqlArrayType: SQLValue.DataType { .byteaArray }
    package var sqlArrayText: String? { SQLBytea.text(self) }
}
