import HTTVPSProtocol

extension TargetAddress {
    init?(hostName: String, port: UInt16) {
        self.init(hostText: hostName.contains(":") && !hostName.hasPrefix("[") ? "[\(hostName)]" : hostName, port: port)
    }

    var normalized: TargetAddress {
        guard case .name(let name) = host else { return self }
        return TargetAddress(hostName: name, port: port) ?? self
    }
}
