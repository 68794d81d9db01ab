enum ObjectKind: String, CaseIterable, Sendable {
    case user
    case device
    case plan
    case subscription
    case region
    case outlineNode = "outline_node"
    case gatewayNode = "gateway_node"
    case session
    case administrator
    case apiToken = "api_token"
    case auditEvent = "audit_event"

    var notFound: ProblemError {
        let name = rawValue.replacing("_", with: " ")
        return ProblemError(ProblemCode(rawValue: rawValue + "_not_found") ?? .notFound, "No such \(name).")
    }
}
