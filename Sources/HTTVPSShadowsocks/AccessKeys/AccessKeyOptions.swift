struct AccessKeyOptions {
    private(set) var prefix: [UInt8] = []
    private(set) var isOutline = false

    init(query: Substring) throws(AccessKeyError) {
        for pair in query.split(separator: "&") {
            let (name, value) = AccessKey.cut(pair, at: "=")
            switch PercentEncoding.decode(name) {
            case "plugin":
                throw AccessKeyError(.pluginUnsupported, "the link asks for a plugin; nodes are reached without one")
            case "prefix":
                prefix = try Self.prefix(value ?? "")
            case "outline":
                isOutline = value == "1"
            default:
                continue
            }
        }
    }

    private static func prefix(_ text: Substring) throws(AccessKeyError) -> [UInt8] {
        guard let decoded = PercentEncoding.decode(text, plusIsSpace: true) else {
            throw AccessKeyError(.badPrefix, "the prefix is not percent-encoded UTF-8")
        }
        var bytes: [UInt8] = []
        for scalar in decoded.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else {
                throw AccessKeyError(.badPrefix, "the prefix has a character beyond U+00FF")
            }
            bytes.append(byte)
        }
        return bytes
    }
}
