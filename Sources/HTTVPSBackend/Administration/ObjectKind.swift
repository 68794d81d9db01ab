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

    var path: String { "/api/v1/admin/" + rawValue.replacing("_", with: "-") + "s" }

    var typeName: String {
        rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    var notFoundCode: ProblemCode { ProblemCode(rawValue: rawValue + "_not_found") ?? .notFound }

    var notFound: ProblemError {
        let name = rawValue.replacing("_", with: " ")
        return ProblemError(notFoundCode, "No such \(name).")
    }
}
