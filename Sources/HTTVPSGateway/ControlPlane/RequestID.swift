package enum RequestID {
    package static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let value = UInt128(random.next()) << 64 | UInt128(random.next())
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 32 - text.utf8.count) + text
    }
}
