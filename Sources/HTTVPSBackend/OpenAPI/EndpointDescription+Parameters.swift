import HTTPTypes

extension EndpointDescription {
    var parameters: [JSONValue] {
        pathParameters + queryParameters + headerParameters
    }

    private var pathParameters: [JSONValue] {
        endpoint.pattern.text.contains("{id}")
            ? [Self.parameter("id", in: "path", ["type": "string"], required: true)] : []
    }

    private var queryParameters: [JSONValue] {
        endpoint.query.parameters.sorted { $0.key < $1.key }.map { name, parameter in
            Self.parameter(
                name, in: "query", parameter.schema(defaultingTo: PageRequest.defaults[name]),
                required: endpoint.query.required.contains(name))
        }
    }

    private var headerParameters: [JSONValue] {
        var parameters = [
            Self.parameter("X-Request-Id", in: "header", ["type": "string"]),
            Self.parameter("traceparent", in: "header", ["type": "string"]),
        ]
        if endpoint.takesIdempotencyKey {
            let schema: JSONValue = ["type": "string", "pattern": "^[!-~]{1,255}$"]
            parameters.append(Self.parameter("Idempotency-Key", in: "header", schema))
        }
        if needsMatch {
            parameters.append(Self.parameter("If-Match", in: "header", ["type": "string"], required: true))
        }
        if endpoint.operation?.answers[304] != nil {
            parameters.append(Self.parameter("If-None-Match", in: "header", ["type": "string"]))
        }
        return parameters
    }

    var needsMatch: Bool { endpoint.method == .patch || endpoint.method == .delete }

    private static func parameter(
        _ name: String, in place: String, _ schema: JSONValue, required: Bool = false
    ) -> JSONValue {
        ["name": .string(name), "in": .string(place), "required": .bool(required), "schema": schema]
    }
}

extension QueryShape.Parameter {
    func schema(defaultingTo fallback: JSONValue?) -> JSONValue {
        var schema = schema
        schema["default"] = fallback
        return .object(schema)
    }

    private var schema: JSONObject {
        switch self {
        case .text: JSONObject([("type", "string"), ("pattern", #"^[^\u0000]*$"#)])
        case .integer(let range):
            JSONObject([
                ("type", "integer"), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound)),
            ])
        case .time: JSONObject([("type", "string"), ("format", "date-time")])
        case .choice(let listed): JSONObject([("type", "string"), ("enum", ProblemSchema.texts(listed))])
        case .flag: JSONObject([("type", "boolean")])
        }
    }
}

extension PageRequest {
    static let defaults: [String: JSONValue] = ["limit": .integer(defaultLimit), "sort": "-created_at"]
}
