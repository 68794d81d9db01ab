struct DotEnvLine: Equatable {
    struct Malformed: Error { var problem: String }

    var key: String
    var value: String

    init?(_ line: Substring) throws(Malformed) {
        var rest = line.drop { $0 == "\u{FEFF}" || $0.isWhitespace }
        if rest.isEmpty || rest.first == "#" { return nil }
        if rest.hasPrefix("export"), rest.dropFirst(6).first?.isWhitespace == true {
            rest = rest.dropFirst(6).drop(while: \.isWhitespace)
        }
        guard let equals = rest.firstIndex(of: "=") else { throw Malformed(problem: "has no =") }
        let name = rest[..<equals]
        guard Self.isName(name) else { throw Malformed(problem: "does not start with a name of letters, digits and _") }
        key = String(name)
        value = try Self.value(rest[rest.index(after: equals)...])
    }

    private static func isName(_ name: Substring) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private static func value(_ text: Substring) throws(Malformed) -> String {
        let text = text.drop(while: \.isWhitespace)
        switch text.first {
        case "'": return try quoted(text.dropFirst(), by: "'", escapes: false)
        case "\"": return try quoted(text.dropFirst(), by: "\"", escapes: true)
        default: return unquoted(text)
        }
    }

    private static func unquoted(_ text: Substring) -> String {
        var end = text.endIndex
        var previous: Character = " "
        for index in text.indices {
            if text[index] == "#", previous.isWhitespace {
                end = index
                break
            }
            previous = text[index]
        }
        var value = text[..<end]
        while value.last?.isWhitespace == true { value.removeLast() }
        return String(value)
    }

    private static func quoted(_ text: Substring, by quote: Character, escapes: Bool) throws(Malformed) -> String {
        var value = ""
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            index = text.index(after: index)
            if character == quote {
                try requireEnd(text[index...])
                return value
            }
            guard escapes, character == "\\", index < text.endIndex else {
                value.append(character)
                continue
            }
            value += unescaped(text[index])
            index = text.index(after: index)
        }
        throw Malformed(problem: "has a quote that is not closed")
    }

    private static func requireEnd(_ rest: Substring) throws(Malformed) {
        let rest = rest.drop(while: \.isWhitespace)
        guard rest.isEmpty || rest.first == "#" else { throw Malformed(problem: "goes on behind the closing quote") }
    }

    private static func unescaped(_ character: Character) -> String {
        switch character {
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "\"", "\\", "$": String(character)
        default: "\\" + String(character)
        }
    }
}
