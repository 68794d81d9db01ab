struct AuditActor: Equatable, Sendable {
    static let commandLine = AuditActor(.none)

    var kind: String
    var id: String?
    var name: String?

    init(_ caller: Caller) {
        id = caller.id
        switch caller {
        case .administrator(_, let name, _): (kind, self.name) = ("administrator", name)
        case .apiToken(_, let name, _): (kind, self.name) = ("api_token", name)
        case .device: kind = "device"
        case .gateway: kind = "gateway"
        case .node: kind = "node"
        case .none: kind = "cli"
        }
    }
}
