import HTTVPSProtocol

enum SpecialAddresses {
    private static let blocks = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64",
        "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap(AddressBlock.init(_:))

    static func contain(_ address: AddressBlock.Address) -> Bool { blocks.contains { $0.contains(address) } }

    static func isOnlyWrapping(_ address: AddressBlock.Address) -> Bool {
        guard case .ipv6(let address) = address else { return false }
        return switch (address.high, address.low >> 32) {
        case (0, 0xFFFF), (0, 0xFFFF_0000), (0x0064_FF9B_0000_0000, 0): true
        default: false
        }
    }

    static func embedded(in outer: AddressBlock.Address) -> [UInt32] {
        guard case .ipv6(let address) = outer else { return [] }
        let last = UInt32(truncatingIfNeeded: address.low)
        if isOnlyWrapping(outer) { return [last] }
        var found: [UInt32] = []
        if address.high >> 48 == 0x2002 { found.append(UInt32(truncatingIfNeeded: address.high >> 16)) }
        if address.high >> 32 == 0x2001_0000 { found += [UInt32(truncatingIfNeeded: address.high), ~last] }
        if (address.low >> 32) & 0xFCFF_FFFF == 0x5EFE { found.append(last) }
        return found
    }
}
