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

    static func embedded(in address: AddressBlock.Address) -> [UInt32] {
        guard case .ipv6(let address) = address else { return [] }
        let last = UInt32(truncatingIfNeeded: address.low)
        switch (address.high, address.low >> 32) {
        case (0, 0xFFFF), (0, 0xFFFF_0000), (0x0064_FF9B_0000_0000, 0): return [last]
        case (let high, _) where high >> 48 == 0x2002: return [UInt32(truncatingIfNeeded: high >> 16)]
        case (let high, _) where high >> 32 == 0x2001_0000: return [UInt32(truncatingIfNeeded: high), ~last]
        case (_, 0x0000_5EFE), (_, 0x0200_5EFE): return [last]
        default: return []
        }
    }
}
