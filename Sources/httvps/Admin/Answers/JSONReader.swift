import Foundation
import HTTVPSProtocol

enum JSONReader {
    struct Fault: Error {}

    private static let depth = 128

    static func read(_ data: Data) throws -> JSON {
        var scanner = JSONScanner(ArraySlice(data))
        let value = try scanner.value()
        guard scanner.isAtEnd() else { throw Fault() }
        return try json(value, within: depth)
    }

    private static func json(_ value: JSONFragment, within depth: Int) throws -> JSON {
        guard depth > 0 else { throw Fault() }
        switch value.bytes.first {
        case UInt8(ascii: "{"): return .object(try members(of: value, within: depth - 1))
        case UInt8(ascii: "["): return .array(try (value.elements ?? []).map { try json($0, within: depth - 1) })
        case UInt8(ascii: "\""):
            guard let text = value.string else { throw Fault() }
            return .text(text)
        case UInt8(ascii: "n"): return .null
        default: return value.bool.map(JSON.flag) ?? number(String(decoding: value.bytes, as: UTF8.self))
        }
    }

    private static func members(of object: JSONFragment, within depth: Int) throws -> [String: JSON] {
        var scanner = JSONScanner(object.bytes)
        var members: [String: JSON] = [:]
        guard scanner.next(UInt8(ascii: "{")), !scanner.next(UInt8(ascii: "}")) else { return members }
        repeat {
            guard let name = try scanner.memberName().string else { throw Fault() }
            members[name] = try json(scanner.value(), within: depth)
        } while scanner.next(UInt8(ascii: ","))
        return members
    }

    private static func number(_ text: String) -> JSON {
        if text != "-0", let count = Int64(text) { .integer(count) } else { .number(text) }
    }
}
