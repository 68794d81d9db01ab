struct RawText: Hashable, Sendable, ExpressibleByStringLiteral {
    let bytes: [UInt8]

    init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    init(_ text: String) { bytes = Array(text.utf8) }

    init(stringLiteral text: String) { self.init(text) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var nameOfVariable: String {
        String(decoding: bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
}
