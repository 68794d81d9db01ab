enum CallerRole: String, CaseIterable, Hashable, Sendable {
    case admin
    case support
    case readOnly = "read-only"
    case gateway
    case node
    case device
}

extension Caller {
    var callerRole: CallerRole? {
        switch self {
        case .administrator(_, _, let role), .apiToken(_, _, let role): CallerRole(role)
        case .gateway: .gateway
        case .node: .node
        case .device: .device
        case .none: nil
        }
    }
}

extension CallerRole {
    init(_ role: Role) {
        switch role {
        case .admin: self = .admin
        case .support: self = .support
        case .readOnly: self = .readOnly
        }
    }
}
