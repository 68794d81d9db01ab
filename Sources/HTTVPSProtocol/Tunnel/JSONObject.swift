struct JSONObject: Decodable {
    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    private let container: KeyedDecodingContainer<Key>

    init(from decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: Key.self)
    }

    func contains(_ key: String) -> Bool { container.contains(Key(stringValue: key)) }

    func decode<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
        try container.decode(type, forKey: Key(stringValue: key))
    }

    func string(_ key: String) throws -> String { try decode(String.self, key) }

    func optionalString(_ key: String) throws -> String? { contains(key) ? try string(key) : nil }

    func offset(_ key: String) throws -> UInt64 {
        let value = try decode(UInt64.self, key)
        guard value <= Varint.maximum else { throw TunnelError(.badFrame, "\(key) is out of range") }
        return value
    }

    func optionalOffset(_ key: String) throws -> UInt64? { contains(key) ? try offset(key) : nil }
}
