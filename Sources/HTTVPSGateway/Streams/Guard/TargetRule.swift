package struct TargetRule: Hashable, Sendable, CustomStringConvertible {
    package static let grammar = """
        address blocks like 10.0.0.0/8 or fd00::/8, names like example.com, domains like .example.com (with what lies \
        below) or *.example.com (only that), ports like *:25, or one of them with a port or range: example.com:8000-8100
        """
    package static let loopback = AddressBlock.loopback.map { TargetRule(.block($0), ports: nil) }

    private enum Host: Hashable, Sendable {
        case any
        case block(AddressBlock)
        case name(String)
        case domain(String)
        case below(String)
    }

    private let host: Host
    private let ports: ClosedRange<UInt16>?

    private init(_ host: Host, ports: ClosedRange<UInt16>?) {
        self.host = host
        self.ports = ports
    }

    package init?(_ text: String) {
        guard let (hostText, portText) = Self.split(text) else { return nil }
        guard let host = Self.host(hostText) else { return nil }
        if let portText {
            guard let ports = Self.ports(portText) else { return nil }
            self.init(host, ports: ports)
        } else {
            guard host != .any else { return nil }
            self.init(host, ports: nil)
        }
    }

    package var namesPort: Bool { ports != nil }

    package func covers(_ address: AddressBlock.Address, port: UInt16) -> Bool {
        guard ports?.contains(port) != false else { return false }
        return switch host {
        case .any: true
        case .block(let block): block.contains(address)
        case .name, .domain, .below: false
        }
    }

    package func covers(_ name: HostName, port: UInt16) -> Bool {
        guard ports?.contains(port) != false else { return false }
        return switch host {
        case .any: true
        case .block: false
        case .name(let own): name.text == own
        case .domain(let own): name.text == own || name.isBelow(own)
        case .below(let own): name.isBelow(own)
        }
    }

    package var description: String {
        let (text, isBlock) =
            switch host {
            case .any: ("*", false)
            case .block(let block): (block.description, block.description.contains(":"))
            case .name(let name): (name, false)
            case .domain(let name): (".\(name)", false)
            case .below(let name): ("*.\(name)", false)
            }
        guard let ports else { return text }
        let range = ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
        return isBlock ? "[\(text)]:\(range)" : "\(text):\(range)"
    }

    private static func split(_ text: String) -> (String, String?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (host, nil) }
            return rest.first == ":" ? (host, String(rest.dropFirst())) : nil
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: return (parts[0], nil)
        case 2: return (parts[0].isEmpty ? "*" : parts[0], parts[1])
        default: return (text, nil)
        }
    }

    private static func host(_ text: String) -> Host? {
        if text == "*" { return .any }
        if let block = AddressBlock(text) { return .block(block) }
        if text.hasPrefix("*.") { return HostName(String(text.dropFirst(2))).map { .below($0.text) } }
        if text.hasPrefix(".") { return HostName(String(text.dropFirst())).map { .domain($0.text) } }
        guard let name = HostName(text), !name.endsInNumber else { return nil }
        return .name(name.text)
    }

    private static func ports(_ text: String) -> ClosedRange<UInt16>? {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { port(String($0)) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
        return first...last
    }

    private static func port(_ text: String) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return UInt16(text).flatMap { $0 > 0 ? $0 : nil }
    }
}
