enum Printable {
    private static let replacement: Unicode.Scalar = "\u{FFFD}"
    private static let joiners: ClosedRange<UInt32> = 0x200C...0x200D
    private static let styles: ClosedRange<UInt32> = 0xFE0E...0xFE0F
    private static let margin = "        "

    static func text(_ text: some StringProtocol) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(isShown(scalar) ? scalar : replacement) }
        return String(shown)
    }

    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(Self.text).joined(separator: "\n")
    }

    static func sentence(_ text: String) -> String {
        lines(text).split(separator: "\n").enumerated()
            .map { $0.offset == 0 || $0.element.hasPrefix(margin) ? String($0.element) : margin + $0.element }
            .joined(separator: "\n")
    }

    static func json(_ text: String) -> String {
        text.unicodeScalars.map { $0 == "\n" ? "\n" : json($0) }.joined()
    }

    static func json(_ scalar: Unicode.Scalar) -> String {
        isShown(scalar) ? String(scalar) : String(scalar).utf16.map(escape).joined()
    }

    static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7E).contains(scalar.value) { return true }
        if joiners.contains(scalar.value) || styles.contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return false
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
