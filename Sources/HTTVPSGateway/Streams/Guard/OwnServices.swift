import HTTVPSProtocol

struct OwnServices: Sendable {
    private var addresses: Set<AddressBlock.Address> = []
    private var names: Set<String> = []

    mutating func insert(_ host: String) {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if let address = IPv6Address(bare) {
            addresses.insert(.ipv6(address))
        } else if let name = HostName(bare) {
            if let address = name.asIPv4 { addresses.insert(.ipv4(address)) } else { names.insert(name.text) }
        }
    }

    func contains(_ address: AddressBlock.Address) -> Bool { addresses.contains(address) }

    func contains(_ name: HostName) -> Bool { names.contains(name.text) }
}
