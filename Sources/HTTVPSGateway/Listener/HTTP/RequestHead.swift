package struct RequestHead: Equatable, Sendable {
    enum Fault: Error, Equatable {
        case malformed
        case targetTooLong
        case fieldsTooLong
        case unknownVersion
        case unknownCoding
        case noHost
    }

    var method: String
    var target: String
    var isHTTP11: Bool
    var fields: HeadFields
    var hasBareLineEnds = false

    init(method: String, target: String, isHTTP11: Bool = true, fields: HeadFields) {
        self.method = method
        self.target = target
        self.isHTTP11 = isHTTP11
        self.fields = fields
    }

    init(lines: [ArraySlice<UInt8>]) throws(Fault) {
        guard let first = lines.first else { throw .malformed }
        let parts = first.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter), !parts[1].isEmpty,
            parts[1].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw .malformed }
        method = String(decoding: parts[0], as: UTF8.self)
        target = String(decoding: parts[1], as: UTF8.self)
        isHTTP11 = try Self.isHTTP11(parts[2])
        fields = HeadFields()
        for line in lines.dropFirst() where !fields.append(line: line) { throw .malformed }
    }

    var keepsAlive: Bool {
        let wishes = fields.tokens("connection")
        return isHTTP11 ? !wishes.contains("close") : wishes.contains("keep-alive")
    }

    var expectsContinue: Bool { isHTTP11 && fields.tokens("expect").contains("100-continue") }

    var hasBody: Bool {
        guard let framing = try? framing() else { return false }
        return framing != .none
    }

    func framing() throws(Fault) -> BodyScanner.Framing {
        let lengths = Set(fields.tokens("content-length"))
        let codings = fields.tokens("transfer-encoding")
        if !codings.isEmpty {
            guard lengths.isEmpty, isHTTP11 else { throw .malformed }
            guard codings == ["chunked"] else { throw .unknownCoding }
            return .chunked
        }
        guard let text = lengths.first else {
            if fields.contains("content-length") || fields.contains("transfer-encoding") { throw .malformed }
            return .none
        }
        guard lengths.count == 1, (1...15).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text)
        else { throw .malformed }
        return length == 0 ? .none : .length(length)
    }

    private static func isHTTP11(_ text: ArraySlice<UInt8>) throws(Fault) -> Bool {
        let version = String(decoding: text, as: UTF8.self)
        if version == "HTTP/1.1" { return true }
        if version == "HTTP/1.0" { return false }
        let digits = version.dropFirst(5).split(separator: ".", omittingEmptySubsequences: false)
        guard version.hasPrefix("HTTP/"), digits.count == 2,
            digits.allSatisfy({ $0.count == 1 && $0 <= "9" && $0 >= "0" })
        else { throw .malformed }
        throw .unknownVersion
    }
}
