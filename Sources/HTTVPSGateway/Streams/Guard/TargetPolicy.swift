package import HTTVPSProtocol

package struct TargetPolicy: Sendable {
    private static let mailPort: UInt16 = 25
    private static let loopback: UInt32 = 0x7F00_0001

    package var allowed: [TargetRule]
    package var denied: [TargetRule]
    private var own = OwnServices()

    package init(allowing allowed: [TargetRule] = [], denying denied: [TargetRule] = []) {
        self.allowed = allowed
        self.denied = denied
    }

    package mutating func protect(host: String) { own.insert(host) }

    package func judge(_ target: TargetAddress) -> TargetVerdict {
        switch target.host {
        case .ipv4(let address): judge(.ipv4(address), port: target.port)
        case .ipv6(let address): judge(.ipv6(address), port: target.port)
        case .name(let name): judge(HostName(name), port: target.port)
        }
    }

    private func judge(_ address: AddressBlock.Address, port: UInt16) -> TargetVerdict {
        let embedded = SpecialAddresses.embedded(in: address).map { judge(.ipv4($0), port: port) }
        if denied.contains(where: { $0.covers(address, port: port) }) { return .denied(.denyList) }
        if embedded.contains(.denied(.denyList)) { return .denied(.denyList) }
        if isAllowed(port, { $0.covers(address, port: port) }) { return .allowed }
        if port == Self.mailPort, !SpecialAddresses.isOnlyWrapping(address) { return .denied(.mailPort) }
        if own.contains(address) { return .denied(.ownService) }
        return SpecialAddresses.contain(address) ? .denied(.specialAddress) : worst(embedded)
    }

    private func judge(_ name: HostName?, port: UInt16) -> TargetVerdict {
        guard let name else { return .denied(.oddLiteral) }
        if denied.contains(where: { $0.covers(name, port: port) }) { return .denied(.denyList) }
        if name.endsInNumber { return judge(literal: name, port: port) }
        if isAllowed(port, { $0.covers(name, port: port) }) { return .allowed }
        if name.isLoopback { return judge(.ipv4(Self.loopback), port: port) }
        if port == Self.mailPort { return .denied(.mailPort) }
        if own.contains(name) { return .denied(.ownService) }
        return name.isLocal ? .denied(.localName) : .allowed
    }

    private func judge(literal name: HostName, port: UInt16) -> TargetVerdict {
        let verdicts = name.ipv4Readings.map { $0.map { judge(.ipv4($0), port: port) } ?? .denied(.oddLiteral) }
        return verdicts.contains(.denied(.denyList)) ? .denied(.denyList) : worst(verdicts)
    }

    private func isAllowed(_ port: UInt16, _ covers: (TargetRule) -> Bool) -> Bool {
        allowed.contains { (port != Self.mailPort || $0.namesPort) && covers($0) }
    }

    private func worst(_ verdicts: [TargetVerdict]) -> TargetVerdict {
        verdicts.first { $0 != .allowed } ?? .allowed
    }
}
