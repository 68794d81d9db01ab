package enum Caller: Equatable, Sendable {
    case device(id: String, userID: String)
    case gateway(id: String, credential: CredentialHash)
    case node(id: String, credential: CredentialHash)
    case administrator(id: String, name: String, role: Role)
    case apiToken(id: String, name: String, role: Role)
    case none

    package var id: String? {
        switch self {
        case .device(let id, _), .gateway(let id, _), .node(let id, _): id
        case .administrator(let id, _, _), .apiToken(let id, _, _): id
        case .none: nil
        }
    }

    package var role: Role? {
        switch self {
        case .administrator(_, _, let role), .apiToken(_, _, let role): role
        case .device, .gateway, .node, .none: nil
        }
    }
}
