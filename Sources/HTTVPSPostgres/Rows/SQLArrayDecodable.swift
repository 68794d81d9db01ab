package import Foundation

package protocol SQLArrayDecodable {
    static func array(sqlText: String) -> [Self]?
}

extension SQLArrayDecodable where Self: SQLDecodable {
    package static func array(sqlText: String) -> [Self]? {
        guard let elements = SQLArrayLiteral.elements(sqlText) else { return nil }
        var array: [Self] = []
        array.reserveCapacity(elements.count)
        for element in elements {
            guard let value = element.map(Self.init(sqlText:)) ?? Self.sqlNull else { return nil }
            array.append(value)
        }
        return array
    }
}

extension Optional: SQLArrayDecodable where Wrapped: SQLDecodable {}
extension String: SQLArrayDecodable {}
extension Int: SQLArrayDecodable {}
extension Int64: SQLArrayDecodable {}
extension Int32: SQLArrayDecodable {}
extension Bool: SQLArrayDecodable {}
extension Double: SQLArrayDecodable {}
extension UUID: SQLArrayDecodable {}
extension Date: SQLArrayDecodable {}

extension UInt8: SQLArrayDecodable {
    package static func array(sqlText: String) -> [UInt8]? { SQLBytea.bytes(sqlText) }
}

extension Array: SQLArrayDecodable where Element == UInt8 {}
