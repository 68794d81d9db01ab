import HTTVPSProtocol

package struct ProxyTrust: Sendable {
    package var mode = ProxyProtocolMode.off
    package var proxies: [AddressBlock] = [] {
        didSet { proxies = proxies.map(\.unmapped) }
    }

    package init() {}

    func includes(_ address: String) -> Bool {
        guard let address = AddressBlock.Address(address) else { return false }
        return proxies.contains { $0.contains(address) }
    }

    func client(behind peer: String, _ fields: HeadFields) -> String {
        guard includes(peer) else { return peer }
        var client = peer
        for hop in fields.tokens("x-forwarded-for").reversed() {
            guard let address = AddressBlock.Address(hop: hop) else { return client }
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

    init?(hop: String) {
        var text = hop[...]
        if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        var port: Substring = ""
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            port = text[text.index(after: end)...]
            text = text[text.index(after: text.startIndex)..<end]
            guard text.contains(":") else { return nil }
        } else if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
            port = text[colon...]
            text = text[..<colon]
        }
        guard port.isEmpty || Self.isPort(port) else { return nil }
        self.init(String(text))
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && (2...6).contains(text.utf8.count)
            && text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
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
