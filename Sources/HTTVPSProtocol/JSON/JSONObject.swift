import NIOCore

struct JSONObject {
    private var members: [String: JSONFragment] = [:]

    init(_ message: ByteBuffer) throws(TunnelError) { try self.init(Array(buffer: message)[...]) }

    init(_ bytes: ArraySlice<UInt8>) throws(TunnelError) {
        var scanner = JSONScanner(bytes)
        guard scanner.next(UInt8(ascii: "{")) else { throw Self.fault("no JSON object") }
        if !scanner.next(UInt8(ascii: "}")) {
            repeat { try add(scanner.memberName(), scanner.value()) } while scanner.next(UInt8(ascii: ","))
            guard scanner.next(UInt8(ascii: "}")) else { throw Self.fault("the JSON object is not closed") }
        }
        guard scanner.isAtEnd() else { throw Self.fault("text follows the JSON object") }
    }

    private mutating func add(_ name: JSONFragment, _ value: JSONFragment) throws(TunnelError) {
        guard let name = name.string, name.utf8.allSatisfy({ $0 < 0x80 }) else { return }
        guard members.updateValue(value, forKey: name) == nil else { throw Self.fault("a member is named twice") }
    }

    func contains(_ key: String) -> Bool { members[key] != nil }

    func value(_ key: String) throws(TunnelError) -> JSONFragment {
        guard let value = members[key] else { throw Self.fault("\(key) is missing") }
        return value
    }

    func string(_ key: String) throws(TunnelError) -> String {
        guard let string = try value(key).string else { throw Self.fault("\(key) is no text") }
        return string
    }

    func optionalString(_ key: String) throws(TunnelError) -> String? { contains(key) ? try string(key) : nil }

    func strings(_ key: String) throws(TunnelError) -> [String] {
        let strings = try value(key).elements?.map(\.string)
        guard let strings, !strings.contains(nil) else { throw Self.fault("\(key) is no array of texts") }
        return strings.compactMap(\.self)
    }

    func objects(_ key: String) throws(TunnelError) -> [JSONObject] {
        guard let elements = try value(key).elements else { throw Self.fault("\(key) is no array") }
        var objects: [JSONObject] = []
        for element in elements { objects.append(try element.object) }
        return objects
    }

    func object(_ key: String) throws(TunnelError) -> JSONObject { try value(key).object }

    func bool(_ key: String) throws(TunnelError) -> Bool {
        guard let bool = try value(key).bool else { throw Self.fault("\(key) is neither true nor false") }
        return bool
    }

    func offset(_ key: String) throws(TunnelError) -> UInt64 {
        guard let value = try value(key).integer, value <= Varint.maximum else {
            throw Self.fault("\(key) is no integer from 0 to 2^62 - 1")
        }
        return value
    }

    func count(_ key: String) throws(TunnelError) -> Int { Int(try offset(key)) }

    private static func fault(_ message: String) -> TunnelError { TunnelError(.badFrame, message) }
}
