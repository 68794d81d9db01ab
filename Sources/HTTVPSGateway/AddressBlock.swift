package import HTTVPSProtocol

package struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    package static let loopback = [
        AddressBlock(.ipv4(0x7F00_0000), prefix: 8), AddressBlock(.ipv6(IPv6Address(high: 0, low: 1)), prefix: 128),
    ]

    package enum Address: Hashable, Sendable {
        case ipv4(UInt32)
        case ipv6(IPv6Address)
    }

    private var base: Address
    private var prefix: Int

    private init(_ base: Address, prefix: Int) {
        self.base = base
        self.prefix = prefix
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first else { return nil }
        if let address = IPv4Text.parse(first) {
            guard let prefix = Self.prefix(parts, width: 32) else { return nil }
            self.init(.ipv4(address), prefix: prefix)
        } else if let address = IPv6Address(first) {
            guard let prefix = Self.prefix(parts, width: 128) else { return nil }
            self.init(.ipv6(address), prefix: prefix)
        } else {
            return nil
        }
    }

    package func contains(_ address: Address) -> Bool {
        switch (base, address) {
        case (.ipv4(let base), .ipv4(let address)):
            prefix == 0 || base >> UInt32(32 - prefix) == address >> UInt32(32 - prefix)
        case (.ipv6(let base), .ipv6(let address)):
            Self.same(base.high, address.high, bits: min(64, prefix))
                && Self.same(base.low, address.low, bits: max(0, prefix - 64))
        default: false
        }
    }

    package var unmapped: AddressBlock {
        guard case .ipv6(let address) = base, prefix >= 96, address.high == 0, address.low >> 32 == 0xFFFF else {
            return self
        }
        return AddressBlock(.ipv4(UInt32(truncatingIfNeeded: address.low)), prefix: prefix - 96)
    }

    package var description: String {
        switch base {
        case .ipv4(let address): "\(IPv4Text.format(address))/\(prefix)"
        case .ipv6(let address): "\(address)/\(prefix)"
        }
    }

    private static func prefix(_ parts: [String], width: Int) -> Int? {
        guard parts.count == 2 else { return width }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            let prefix = Int(parts[1]), prefix <= width
        else { return nil }
        return prefix
    }

    private static func same(_ left: UInt64, _ right: UInt64, bits: Int) -> Bool {
        bits == 0 || left >> UInt64(64 - bits) == right >> UInt64(64 - bits)
    }
}
