package struct TargetAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Host: Hashable, Sendable {
        case ipv4(UInt32)
        case ipv6(IPv6Address)
        case name(String)
    }

    private static let longestText = 253 + 1 + 5

    package var host: Host
    package var port: UInt16

    package init?(host: Host, port: UInt16) {
        guard port > 0 else { return nil }
        if case .name(let name) = host, !Self.isHostName(name.utf8) { return nil }
        self.host = host
        self.port = port
    }

    package init?(_ text: String) {
        guard text.utf8.count <= Self.longestText, let colon = text.lastIndex(of: ":") else { return nil }
        let portText = text[text.index(after: colon)...]
        guard (1...5).contains(portText.utf8.count), portText.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = UInt16(portText)
        else { return nil }
        self.init(hostText: String(text[..<colon]), port: port)
    }

    package init?(hostText: String, port: UInt16) {
        if hostText.hasPrefix("[") {
            guard hostText.hasSuffix("]"), let address = IPv6Address(String(hostText.dropFirst().dropLast())) else {
                return nil
            }
            self.init(host: .ipv6(address), port: port)
        } else if let address = IPv4Text.parse(hostText) {
            self.init(host: .ipv4(address), port: port)
        } else {
            self.init(host: .name(hostText), port: port)
        }
    }

    package var hostDescription: String {
        switch host {
        case .ipv4(let address): IPv4Text.format(address)
        case .ipv6(let address): "[\(address)]"
        case .name(let name): name
        }
    }

    package var description: String { "\(hostDescription):\(port)" }

    package static func isHostName(_ bytes: some Collection<UInt8>) -> Bool {
        (1...253).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

package enum IPv4Text {
    package static func parse(_ text: String) -> UInt32? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }),
                part.count == 1 || part.first != 48, let octet = UInt8(String(Substring(part)))
            else { return nil }
            address = address << 8 | UInt32(octet)
        }
        return address
    }

    package static func format(_ address: UInt32) -> String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }
}
