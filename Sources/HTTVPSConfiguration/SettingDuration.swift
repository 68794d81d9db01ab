package enum SettingDuration {
    package static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let amount = Double(digits), amount.isFinite, let scale = scale(text[digits.endIndex...]) else {
            return nil
        }
        let seconds = amount * scale
        guard seconds <= 1e9 else { return nil }
        return .milliseconds(Int64((seconds * 1_000).rounded()))
    }

    package static func text(_ duration: Duration) -> String {
        let milliseconds = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
        if milliseconds % 1_000 != 0 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1_000
        if seconds >= 3_600, seconds % 3_600 == 0 { return "\(seconds / 3_600)h" }
        if seconds >= 60, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    private static func scale(_ unit: Substring) -> Double? {
        switch unit {
        case "", "s": 1
        case "ms": 0.001
        case "m": 60
        case "h": 3_600
        case "d": 86_400
        default: nil
        }
    }
}
