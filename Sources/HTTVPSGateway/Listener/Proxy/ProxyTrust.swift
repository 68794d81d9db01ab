import HTTVPSProtocol

package struct ProxyTrust: Sendable {
    package var mode = ProxyProtocolMode.off
    package var proxies: [AddressBlock] = []

    package init() {}

    func includes(_ address: String) -> Bool {
        guard let address = AddressBlock.Address(address) else { return false }
        return proxies.contains { $0.contains(address) }
    }

    func client(behind peer: String, _ fields: HeadFields) -> String {
        guard includes(peer) else { return peer }
        var client = peer
        for hop in fields.tokens("x-forwarded-for").reversed() {
            guard let address = AddressBlock.Address(hop) else { return client }
            client = address.description
            if !includes(client) { return client }
        }
        return client
    }
}

extension AddressBlock.Address: CustomStringConvertible {
    init?(_ text: String) {
        if let address = IPv4Text.parse(text) {
            self = .ipv4(address)
        } else if let address = IPv6Address(text) {
            self.init(address)
        } else {
            return nil
        }
    }

    init(_ address: IPv6Address) {
        let isMapped = address.high == 0 && address.low >> 32 == 0xFFFF
        self = isMapped ? .ipv4(UInt32(truncatingIfNeeded: address.low)) : .ipv6(address)
    }

    package var description: String {
        switch self {
        case .ipv4(let address): IPv4Text.format(address)
        case .ipv6(let address): address.description
        }
    }
}
