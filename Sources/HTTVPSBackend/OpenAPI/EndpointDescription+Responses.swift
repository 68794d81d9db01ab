import HTTPTypes

extension EndpointDescription {
    private static let probes: Set<String> = ["/livez", "/readyz"]

    func responses(in components: inout SchemaComponents) -> JSONValue {
        var responses: [(Int, JSONValue)] = (endpoint.operation?.answers ?? [:]).map { status, outcome in
            (status, Self.answer(status, outcome, headers: headers(of: status), in: &components))
        }
        for (status, codes) in problems {
            responses.append((status, Self.problem(status, codes, headers: headers(of: status))))
        }
        return .object(JSONObject(responses.sorted { $0.0 < $1.0 }.map { (String($0.0), $0.1) }))
    }

    var problems: [Int: [ProblemCode]] {
        let codes = commonCodes + bodyCodes + (endpoint.operation?.codes ?? [])
        let refusals = endpoint.operation?.refusals ?? []
        var problems: [Int: [ProblemCode]] = [:]
        for (status, code) in codes.map({ ($0.status.code, $0) }) + refusals.map({ (403, $0) })
        where problems[status]?.contains(code) != true {
            problems[status, default: []].append(code)
        }
        return problems
    }

    private var commonCodes: [ProblemCode] {
        var codes: [ProblemCode] = [.invalidQuery, .unknownQueryParameter, .internalError]
        if !Self.probes.contains(endpoint.pattern.text) { codes.append(.rateLimited) }
        if access != .everyone { codes += [.unauthenticated, .invalidToken, .tokenExpired, .databaseUnavailable] }
        if case .only = access { codes.append(.forbidden) }
        if endpoint.query.parameters["cursor"] != nil { codes.append(.invalidCursor) }
        if endpoint.takesIdempotencyKey {
            codes += [.invalidIdempotencyKey, .idempotencyKeyReused, .idempotencyKeyInProgress]
        }
        if needsMatch { codes += [.preconditionRequired, .preconditionFailed] }
        return codes
    }

    private var bodyCodes: [ProblemCode] {
        guard endpoint.body != .none else { return [] }
        return [
            .malformedJSON, .malformedGzip, .bodyTooLarge, .unsupportedMediaType, .validationFailed,
            .databaseUnavailable,
        ]
    }

    private func headers(of status: Int) -> [HeaderSchema] {
        var headers: [HeaderSchema] = [.requestID, .traceparent]
        if !Self.probes.contains(endpoint.pattern.text) { headers += [.rateLimitPolicy, .rateLimit] }
        switch status {
        case 200, 201, 304:
            if showsTag { headers.append(.etag) }
            if status == 201, showsTag { headers.append(.location) }
            if endpoint.takesIdempotencyKey { headers.append(.replayed) }
        case 202: if endpoint.takesIdempotencyKey { headers.append(.replayed) }
        case 401: headers.append(.challenge)
        case 409: if endpoint.takesIdempotencyKey { headers.append(.retryAfter) }
        case 429, 503: headers.append(.retryAfter)
        default: break
        }
        return headers
    }

    private var showsTag: Bool {
        let isCollection = endpoint.method == .post && endpoint.operation?.answers[201] != nil && !isAction
        return isCollection || endpoint.method == .patch
            || endpoint.method == .get && endpoint.pattern.text.hasSuffix("/{id}")
    }

    private var isAction: Bool { endpoint.pattern.text.contains("{id}/") || !endpoint.pattern.text.contains("/admin/") }

    private static func answer(
        _ status: Int, _ outcome: Operation.Outcome, headers: [HeaderSchema], in components: inout SchemaComponents
    ) -> JSONValue {
        var answer = JSONObject([
            ("description", .string(HTTPResponse.Status(code: status).reasonPhrase)),
            ("headers", HeaderSchema.references(headers)),
        ])
        switch outcome {
        case .nothing: break
        case .json(let shape):
            answer["content"] = ["application/json": ["schema": components.reference(to: shape)]]
        case .either(let shapes):
            let schemas = shapes.map { components.reference(to: $0) }
            answer["content"] = ["application/json": ["schema": ["anyOf": .array(schemas)]]]
        case .document: answer["content"] = ["application/json": ["schema": ["type": "object"]]]
        }
        return .object(answer)
    }

    private static func problem(_ status: Int, _ codes: [ProblemCode], headers: [HeaderSchema]) -> JSONValue {
        [
            "description": .string(HTTPResponse.Status(code: status).reasonPhrase),
            "headers": HeaderSchema.references(headers),
            "content": ["application/problem+json": ["schema": ProblemSchema.json(of: codes)]],
        ]
    }
}
