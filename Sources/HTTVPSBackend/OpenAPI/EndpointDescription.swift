import HTTPTypes

struct EndpointDescription: Sendable {
    let endpoint: Endpoint
    let access: RolePolicy.Access

    func json(in components: inout SchemaComponents) -> JSONValue {
        var json = JSONObject([
            ("operationId", .string(identifier)), ("tags", .array([.string(tag)])),
            ("summary", .string(endpoint.operation?.summary ?? "")), ("security", security),
            ("x-httvps-roles", ProblemSchema.texts(roles)), ("parameters", .array(parameters)),
        ])
        json["requestBody"] = requestBody(in: &components)
        json["responses"] = responses(in: &components)
        return .object(json)
    }

    var roles: [String] {
        guard case .only(let roles) = access else { return [] }
        return CallerRole.allCases.filter(roles.contains).map(\.rawValue)
    }

    private var words: [String] {
        endpoint.pattern.text.split { "/{}-.".contains($0) }.map(String.init).filter { $0 != "api" && $0 != "v1" }
    }

    private var identifier: String {
        endpoint.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private var tag: String { words.first == "admin" ? words.dropFirst().first ?? "admin" : words.first ?? "" }

    private var security: JSONValue {
        switch access {
        case .everyone: .array([])
        case .anyCaller:
            .array([.object(JSONObject())] + CredentialKind.allCases.map { [$0.rawValue: .array([])] })
        case .only(let roles):
            .array(
                CredentialKind.allCases.filter { kind in roles.contains { CredentialKind($0) == kind } }
                    .map { [$0.rawValue: .array([])] })
        }
    }

    private func requestBody(in components: inout SchemaComponents) -> JSONValue? {
        guard endpoint.body != .none, let shape = endpoint.operation?.body else { return nil }
        let schema = components.reference(to: shape)
        let content = JSONObject(endpoint.body.mediaTypes.map { ($0, ["schema": schema]) })
        return ["required": .bool(endpoint.body != .optional), "content": .object(content)]
    }
}
