struct TextForm: Sendable {
    var length: ClosedRange<Int>?
    var pattern: String? = #"^[^\u0000-\u001f\u007f-\u009f]*$"#
    var form = "a text without control characters"
    var isValid: @Sendable (String) -> Bool = { _ in true }
}

extension TextForm {
    static let anything = TextForm(pattern: nil, form: "any text")

    static let name = TextForm(length: 1...200)

    static func length(_ length: ClosedRange<Int>) -> TextForm { TextForm(length: length) }

    static let email = TextForm(
        length: 3...254, pattern: #"^[^@ \u0000-\u001f\u007f-\u009f]+@[^@ \u0000-\u001f\u007f-\u009f]+$"#,
        form: "an e-mail address with one @", isValid: isEmail)

    static let planCode = TextForm(
        pattern: "^[a-z0-9][a-z0-9_-]{0,63}$",
        form: "up to 64 small letters, digits, - and _, beginning with a letter or digit"
    ) { text in
        isMade(of: text, 1...64, first: { $0.isSmallLetter || $0.isDigit }) {
            $0.isSmallLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    static let regionCode = TextForm(pattern: "^[a-z][a-z0-9-]{1,31}$", form: "like eu-west") { text in
        isMade(of: text, 2...32, first: \.isSmallLetter) {
            $0.isSmallLetter || $0.isDigit || $0 == UInt8(ascii: "-")
        }
    }

    static let currency = TextForm(pattern: "^[A-Z]{3}$", form: "three capital letters") { text in
        isMade(of: text, 3...3, first: \.isCapitalLetter, rest: \.isCapitalLetter)
    }

    static let timeZone = TextForm(form: "an IANA time zone like Europe/Berlin")

    static func url(scheme: String) -> TextForm {
        TextForm(
            length: 1...2_048, pattern: "^\(scheme)://[!-\"$-~]+$", form: "a \(scheme):// URL",
            isValid: { NodeURL.isValid($0, scheme: scheme) })
    }

    static let certificateHash = TextForm(pattern: "^[0-9A-Fa-f]{64}$", form: "64 hexadecimal digits") { text in
        text.utf8.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains(" ") }
    }

    static func isMade(
        of text: String, _ length: ClosedRange<Int>, first: (UInt8) -> Bool, rest: (UInt8) -> Bool
    ) -> Bool {
        guard length.contains(text.utf8.count), let initial = text.utf8.first, first(initial) else { return false }
        return text.utf8.dropFirst().allSatisfy(rest)
    }
}

extension UInt8 {
    var isSmallLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isCapitalLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
