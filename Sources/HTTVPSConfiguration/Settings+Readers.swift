package import Foundation
package import HTTVPSObservability

extension Settings {
    package mutating func string(_ key: String, default fallback: String) -> String { value(key) ?? fallback }

    package mutating func requiredString(_ key: String, expected: String) -> String {
        require(key, expected: expected, placeholder: "", as: { $0 })
    }

    package mutating func list(_ key: String, default fallback: [String] = []) -> [String] {
        guard let text = value(key) else { return fallback }
        return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    package mutating func int(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return read(key, expected: expected) { Int($0).flatMap { range.contains($0) ? $0 : nil } } ?? fallback
    }

    package mutating func bool(_ key: String, default fallback: Bool) -> Bool {
        read(key, expected: "true or false") { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        } ?? fallback
    }

    package mutating func duration(
        _ key: String, default fallback: Duration, in range: ClosedRange<Duration>
    ) -> Duration {
        let bounds = "\(SettingDuration.text(range.lowerBound)) to \(SettingDuration.text(range.upperBound))"
        return read(key, expected: "a time like 10, 10s or 5m, from \(bounds)") { text in
            SettingDuration.parse(text).flatMap { range.contains($0) ? $0 : nil }
        } ?? fallback
    }

    package mutating func listenAddress(_ key: String, default fallback: ListenAddress) -> ListenAddress {
        read(key, expected: "an address with port like 127.0.0.1:8443 or [::1]:8443", as: ListenAddress.init)
            ?? fallback
    }

    package mutating func url(_ key: String, schemes: [String]) -> URL? {
        read(key, expected: Self.urlText(schemes)) { Self.url($0, schemes: schemes) }
    }

    package mutating func requiredURL(_ key: String, schemes: [String]) -> URL {
        require(key, expected: Self.urlText(schemes), placeholder: URL(filePath: "/")) {
            Self.url($0, schemes: schemes)
        }
    }

    package mutating func secret(_ key: String, expected: String, minimumLength: Int = 1) -> Secret? {
        read(key, expected: expected, secret: true) { Self.secret($0, minimumLength: minimumLength) }
    }

    package mutating func requiredSecret(_ key: String, expected: String, minimumLength: Int = 1) -> Secret {
        require(key, expected: expected, secret: true, placeholder: Secret("")) {
            Self.secret($0, minimumLength: minimumLength)
        }
    }

    package mutating func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
        _ key: String, default fallback: Choice
    ) -> Choice where Choice.RawValue == String {
        let expected = "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return read(key, expected: expected, as: Choice.init(rawValue:)) ?? fallback
    }

    private static func urlText(_ schemes: [String]) -> String {
        "a URL like \(schemes.first ?? "https")://host.example:8443"
            + (schemes.count > 1 ? " (\(schemes.joined(separator: ", ")))" : "")
    }

    private static func url(_ text: String, schemes: [String]) -> URL? {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), schemes.contains(scheme),
            let host = url.host(), !host.isEmpty, url.user() == nil, url.password() == nil
        else { return nil }
        return url
    }

    private static func secret(_ text: String, minimumLength: Int) -> Secret? {
        text.utf8.count >= minimumLength ? Secret(text) : nil
    }
}
