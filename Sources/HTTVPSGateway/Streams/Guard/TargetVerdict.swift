package enum TargetDenial: String, CaseIterable, Hashable, Sendable {
    case denyList = "deny_list"
    case mailPort = "mail_port"
    case specialAddress = "special_address"
    case localName = "local_name"
    case oddLiteral = "odd_literal"
    case ownService = "own_service"
    case fanOut = "fan_out"

    package var message: String {
        switch self {
        case .fanOut: "too many different targets in a short time"
        case .denyList, .mailPort, .specialAddress, .localName, .oddLiteral, .ownService: "the target is not allowed"
        }
    }
}

package enum TargetVerdict: Equatable, Sendable {
    case allowed
    case denied(TargetDenial)
}
