package import HTTVPSProtocol

package struct TargetPolicy: Sendable {
    private static let mailPort: UInt16 = 25
    private static let localNames = ["localhost", "local", "internal"]
    private static let denied = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "::/96", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap(AddressBlock.init(_:))

    private let allowed: [AddressBlock]

    package init(allowing allowed: [AddressBlock]) { self.allowed = allowed }

    package func permits(_ target: TargetAddress) -> Bool {
        guard target.port != Self.mailPort else { return false }
        switch target.host {
        case .ipv4(let address): return permits(.ipv4(address))
        case .ipv6(let address): return permits(.ipv6(address))
        case .name(let name): return permits(name)
        }
    }

    private func permits(_ address: AddressBlock.Address) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        if case .ipv6(let address) = address, let embedded = Self.embeddedIPv4(address) {
            return permits(.ipv4(embedded))
        }
        return !Self.denied.contains { $0.contains(address) }
    }

    private func permits(_ name: String) -> Bool {
        let labels = name.lowercased().split(separator: ".")
        guard let last = labels.last else { return false }
        if last == "localhost" { return permits(.ipv4(0x7F00_0001)) }
        if Self.localNames.contains(String(last)) { return false }
        guard let address = Self.looseIPv4(labels) else { return !Self.looksNumeric(last) }
        return permits(.ipv4(address))
    }

    private static func embeddedIPv4(_ address: IPv6Address) -> UInt32? {
        if address.high == 0, address.low >> 32 == 0xFFFF { return UInt32(truncatingIfNeeded: address.low) }
        if address.high == 0x0064_FF9B_0000_0000, address.low >> 32 == 0 {
            return UInt32(truncatingIfNeeded: address.low)
        }
        if address.high >> 48 == 0x2002 { return UInt32(truncatingIfNeeded: address.high >> 16) }
        return nil
    }

    private static func looksNumeric(_ label: Substring) -> Bool {
        label.allSatisfy(\.isNumber) || label.hasPrefix("0x")
    }

    private static func looseIPv4(_ labels: [Substring]) -> UInt32? {
        guard (1...4).contains(labels.count) else { return nil }
        let numbers = labels.compactMap(number)
        guard numbers.count == labels.count, let last = numbers.last else { return nil }
        let leading = numbers.dropLast()
        let width = UInt64(8 * (4 - leading.count))
        guard leading.allSatisfy({ $0 <= 255 }), last < 1 << width else { return nil }
        let head = leading.reduce(UInt64(0)) { $0 << 8 | $1 }
        return UInt32(head << width | last)
    }

    private static func number(_ label: Substring) -> UInt64? {
        if label.hasPrefix("0x") { return label.count == 2 ? 0 : UInt64(label.dropFirst(2), radix: 16) }
        guard label.allSatisfy(\.isNumber) else { return nil }
        return UInt64(label, radix: label.hasPrefix("0") ? 8 : 10)
    }
}
