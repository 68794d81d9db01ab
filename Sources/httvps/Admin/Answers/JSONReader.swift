import Foundation

struct JSONReader {
    struct Fault: Error {}

    private static let depth = 128

    private var bytes: ArraySlice<UInt8>

    static func read(_ data: Data) throws(Fault) -> JSON {
        var reader = JSONReader(bytes: ArraySlice(data))
        let value = try reader.value(within: depth)
        reader.skipBlanks()
        guard reader.bytes.isEmpty else { throw Fault() }
        return value
    }

    private mutating func value(within depth: Int) throws(Fault) -> JSON {
        skipBlanks()
        guard depth > 0, let first = bytes.first else { throw Fault() }
        switch first {
        case UInt8(ascii: "{"): return .object(try members(within: depth - 1))
        case UInt8(ascii: "["): return .array(try items(within: depth - 1))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func members(within depth: Int) throws(Fault) -> [String: JSON] {
        var members: [String: JSON] = [:]
        bytes.removeFirst()
        guard !take("}") else { return members }
        repeat {
            skipBlanks()
            guard bytes.first == UInt8(ascii: "\"") else { throw Fault() }
            let name = try text()
            guard take(":") else { throw Fault() }
            members[name] = try value(within: depth)
        } while take(",")
        guard take("}") else { throw Fault() }
        return members
    }

    private mutating func items(within depth: Int) throws(Fault) -> [JSON] {
        var items: [JSON] = []
        bytes.removeFirst()
        guard !take("]") else { return items }
        repeat { items.append(try value(within: depth)) } while take(",")
        guard take("]") else { throw Fault() }
        return items
    }

    private mutating func text() throws(Fault) -> String {
        let opening = bytes.removeFirst()
        var isEscaped = false
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte >= 0x20 else { throw Fault() }
            if byte == opening, !isEscaped {
                let inside = bytes[..<index]
                bytes = bytes[(index + 1)...]
                return try Self.unescaped(inside)
            }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        throw Fault()
    }

    private static func unescaped(_ inside: ArraySlice<UInt8>) throws(Fault) -> String {
        if !inside.contains(UInt8(ascii: "\\")), let text = String(validating: inside, as: UTF8.self) { return text }
        let quoted = [UInt8(ascii: "\"")] + inside + [UInt8(ascii: "\"")]
        guard let text = try? JSONDecoder().decode(String.self, from: Data(quoted)) else { throw Fault() }
        return text
    }

    private mutating func number() throws(Fault) -> JSON {
        let end = bytes.firstIndex { !Self.isPartOfNumber($0) } ?? bytes.endIndex
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        bytes = bytes[end...]
        guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) != nil else { throw Fault() }
        if text != "-0", let count = Int64(text) { return .integer(count) }
        return .number(text)
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(Fault) -> JSON {
        let letters = Array("\(word)".utf8)
        guard bytes.starts(with: letters) else { throw Fault() }
        bytes.removeFirst(letters.count)
        return value
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard let first = bytes.first, UInt32(first) == sign.value else { return false }
        bytes.removeFirst()
        return true
    }

    private mutating func skipBlanks() {
        bytes = bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }
}
