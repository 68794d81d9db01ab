enum SQLArrayLiteral {
    static func quoted(_ element: String) -> String {
        var text = "\""
        for character in element.unicodeScalars {
            if character == "\"" || character == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }

    static func elements(_ literal: String) -> [String?]? {
        var scanner = Scanner(rest: Array(literal.utf8)[...])
        return scanner.elements()
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func elements() -> [String?]? {
            guard take(UInt8(ascii: "{")), rest.last == UInt8(ascii: "}") else { return nil }
            if rest.count == 1 { return [] }
            var elements: [String?] = []
            while true {
                guard let element = element() else { return nil }
                elements.append(element)
                if take(UInt8(ascii: ",")) { continue }
                return take(UInt8(ascii: "}")) && rest.isEmpty ? elements : nil
            }
        }

        private mutating func element() -> String?? {
            if take(UInt8(ascii: "\"")) { return quoted().map(Optional.some) }
            let word = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
            guard !word.isEmpty, !word.contains(UInt8(ascii: "{")) else { return nil }
            rest = rest.dropFirst(word.count)
            let text = String(decoding: word, as: UTF8.self)
            return .some(text == "NULL" ? nil : text)
        }

        private mutating func quoted() -> String? {
            var bytes: [UInt8] = []
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = rest.popFirst() else { return nil }
                    bytes.append(escaped)
                } else {
                    bytes.append(byte)
                }
            }
            return nil
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest = rest.dropFirst()
            return true
        }
    }
}
