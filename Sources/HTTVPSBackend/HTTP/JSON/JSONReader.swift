struct JSONReader {
    static let maximumDepth = 64

    private var bytes: ArraySlice<UInt8>
    private var depth = 0

    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    static func value(of bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        var reader = JSONReader(bytes[...])
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        guard reader.bytes.isEmpty else { throw reader.fault("text follows the value") }
        return value
    }

    private mutating func value() throws(JSONFault) -> JSONValue {
        switch bytes.first {
        case UInt8(ascii: "{"): return .object(try nested { (reader) throws(JSONFault) in try reader.object() })
        case UInt8(ascii: "["): return .array(try nested { (reader) throws(JSONFault) in try reader.array() })
        case UInt8(ascii: "\""):
            bytes.removeFirst()
            return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
            return .number(try number())
        case nil: throw fault("the text ends where a value should stand")
        default: throw fault("no value begins with this character")
        }
    }

    private mutating func nested<Value>(
        _ read: (inout JSONReader) throws(JSONFault) -> Value
    ) throws(JSONFault) -> Value {
        bytes.removeFirst()
        depth += 1
        guard depth <= Self.maximumDepth else { throw fault("values are nested deeper than \(Self.maximumDepth)") }
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONFault) -> JSONObject {
        var members: [(String, JSONValue)] = []
        var names: Set<[UInt8]> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return JSONObject() }
        repeat {
            skipSpace()
            guard take(UInt8(ascii: "\"")) else { throw fault("a member name in quotes should stand here") }
            let name = try string()
            guard names.insert(Array(name.utf8)).inserted else { throw fault("a member is named twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon should follow the member name") }
            skipSpace()
            members.append((name, try value()))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("the object is not closed") }
        return JSONObject(members)
    }

    private mutating func array() throws(JSONFault) -> [JSONValue] {
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return items }
        repeat {
            skipSpace()
            items.append(try value())
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("the array is not closed") }
        return items
    }

    private mutating func string() throws(JSONFault) -> String {
        var text = JSONTextBuilder()
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = text.string else { throw fault("a text is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): text.append(try escaped())
            case 0..<0x20: throw fault("a control character stands in a text without being escaped")
            default: text.bytes.append(byte)
            }
        }
        throw fault("a text is not closed")
    }

    private mutating func escaped() throws(JSONFault) -> Unicode.Scalar {
        switch bytes.popFirst() {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try codePoint()
        default: throw fault("no escape of this form exists")
        }
    }

    private mutating func codePoint() throws(JSONFault) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault("a surrogate stands alone")
        }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw fault("a surrogate stands alone") }
        let value = 0x10000 + (UInt32(first & 0x3FF) << 10) + UInt32(second & 0x3FF)
        guard let scalar = Unicode.Scalar(value) else { throw fault("a surrogate stands alone") }
        return scalar
    }

    private mutating func codeUnit() throws(JSONFault) -> UInt16 {
        let digits = bytes.prefix(4)
        var unit: UInt16 = 0
        for digit in digits {
            guard let value = Self.nibble(digit) else { throw fault("an escape has four hexadecimal digits") }
            unit = unit << 4 | value
        }
        guard digits.count == 4 else { throw fault("an escape has four hexadecimal digits") }
        bytes = bytes.dropFirst(4)
        return unit
    }

    private static func nibble(_ digit: UInt8) -> UInt16? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private mutating func number() throws(JSONFault) -> JSONNumber {
        let start = bytes
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return JSONNumber(text: String(decoding: start[..<bytes.startIndex], as: UTF8.self))
    }

    private mutating func digits() throws(JSONFault) {
        let rest = bytes.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard rest.startIndex > bytes.startIndex else { throw fault("a digit should stand here") }
        bytes = rest
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes.starts(with: letters) else { throw fault("no value begins with this character") }
        bytes = bytes.dropFirst(letters.count)
        return value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard bytes.first == byte else { return false }
        bytes.removeFirst()
        return true
    }

    private mutating func skipSpace() {
        bytes = bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }

    private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: bytes.startIndex) }
}

struct JSONFault: Error, Equatable {
    var reason: String
    var offset: Int
}

private struct JSONTextBuilder {
    var bytes: [UInt8] = []

    var string: String? { String(validating: bytes, as: UTF8.self) }

    mutating func append(_ scalar: Unicode.Scalar) { bytes.append(contentsOf: String(scalar).utf8) }
}
