import HTTVPSProtocol

package struct HostName: Hashable, Sendable {
    private static let localDomains = [
        "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "svc", "home.arpa",
    ]
    private static let metadataNames = [
        "metadata.goog", "metadata.tencentyun.com", "metadata.packet.net", "metadata.platformequinix.com",
    ]

    package let text: String
    private let labels: [Substring]
    private let hasEmptyLabel: Bool

    package init?(_ name: String) {
        let labels = name.lowercased().split(separator: ".")
        guard !labels.isEmpty, TargetAddress.isHostName(name.utf8) else { return nil }
        self.labels = labels
        let spelled = name.hasSuffix(".") ? name.dropLast() : name[...]
        hasEmptyLabel = spelled.utf8.count > labels.reduce(labels.count - 1) { $0 + $1.utf8.count }
        text = labels.joined(separator: ".")
    }

    package var isLoopback: Bool { labels.last == "localhost" }

    package var isLocal: Bool {
        labels.count == 1 || (Self.localDomains + Self.metadataNames).contains { text == $0 || isBelow($0) }
    }

    package var endsInNumber: Bool {
        guard let last = labels.last else { return false }
        return last.allSatisfy(\.isNumber) || last.hasPrefix("0x") && last.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    package func isBelow(_ domain: String) -> Bool { text.hasSuffix(".\(domain)") }

    package var asIPv4: UInt32? { ipv4(zeroRadix: 8) }

    package var ipv4Readings: [UInt32?] {
        let isAmbiguous = labels.contains { $0.count > 1 && $0.hasPrefix("0") && $0.allSatisfy(\.isNumber) }
        return isAmbiguous ? [ipv4(zeroRadix: 8), ipv4(zeroRadix: 10)] : [asIPv4]
    }

    private func ipv4(zeroRadix: Int) -> UInt32? {
        guard !hasEmptyLabel, (1...4).contains(labels.count) else { return nil }
        let numbers = labels.compactMap { Self.number($0, zeroRadix: zeroRadix) }
        guard numbers.count == labels.count, let last = numbers.last else { return nil }
        let leading = numbers.dropLast()
        let width = UInt64(8 * (4 - leading.count))
        guard leading.allSatisfy({ $0 <= 255 }), last < 1 << width else { return nil }
        let head = leading.reduce(UInt64(0)) { $0 << 8 | $1 }
        return UInt32(head << width | last)
    }

    private static func number(_ label: Substring, zeroRadix: Int) -> UInt64? {
        if label.hasPrefix("0x") { return label.count == 2 ? 0 : UInt64(label.dropFirst(2), radix: 16) }
        guard label.allSatisfy(\.isNumber) else { return nil }
        return UInt64(label, radix: label.hasPrefix("0") ? zeroRadix : 10)
    }
}
