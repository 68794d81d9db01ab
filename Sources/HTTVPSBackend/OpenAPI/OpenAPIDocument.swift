import HTTPTypes
import HTTVPSObservability

struct OpenAPIDocument: Sendable {
    let json: JSONValue

    init(endpoints: [Endpoint], policy: RolePolicy) {
        var components = SchemaComponents()
        components.add("Problem", ProblemSchema.json)
        var paths = JSONObject()
        for endpoint in endpoints {
            let description = EndpointDescription(
                endpoint: endpoint, access: policy.access(endpoint.method, endpoint.pattern))
            var item = paths[endpoint.pattern.text]?.object ?? JSONObject()
            item[endpoint.method.rawValue.lowercased()] = description.json(in: &components)
            paths[endpoint.pattern.text] = .object(item)
        }
        json = [
            "openapi": "3.1.0", "info": Self.info, "servers": .array([["url": "/"]]), "paths": .object(paths),
            "components": [
                "schemas": .object(components.schemas), "headers": HeaderSchema.components,
                "securitySchemes": .object(JSONObject(CredentialKind.allCases.map { ($0.rawValue, $0.json) })),
            ],
        ]
    }

    private static let info: JSONValue = [
        "title": "HTTVPS control plane", "version": .string(BuildInfo.version),
        "description": "Users, devices, plans, subscriptions, nodes and gateways of an HTTVPS service.",
    ]
}

enum CredentialKind: String, CaseIterable, Sendable {
    case operatorToken = "operator"
    case gateway
    case node
    case device

    init(_ role: CallerRole) {
        switch role {
        case .admin, .support, .readOnly: self = .operatorToken
        case .gateway: self = .gateway
        case .node: self = .node
        case .device: self = .device
        }
    }

    var json: JSONValue { ["type": "http", "scheme": "bearer", "description": .string(sentence)] }

    private var sentence: String {
        switch self {
        case .operatorToken: "An API token (hva_…), or the JWT of a sign-in."
        case .gateway: "A gateway's token (hvg_…), shown once at registration."
        case .node: "A node agent's token (hvo_…), shown once at registration."
        case .device: "A device's access token, a JWT."
        }
    }
}
