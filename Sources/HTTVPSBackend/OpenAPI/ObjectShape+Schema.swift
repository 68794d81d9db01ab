extension ObjectShape {
    func schema(in components: inout SchemaComponents) -> JSONValue {
        var properties = JSONObject()
        for member in members {
            let schema = member.value.schema(nullable: mayBeNull(member), in: &components)
            properties[member.name] = annotated(schema, as: member)
        }
        var schema = JSONObject([("type", "object"), ("properties", .object(properties))])
        let required = members.filter(isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if part == .body || part == .change { schema["additionalProperties"] = .bool(false) }
        if !rules.isEmpty { schema["allOf"] = .array(rules.map(\.schema)) }
        return .object(schema)
    }

    private func annotated(_ schema: JSONValue, as member: MemberShape) -> JSONValue {
        guard var object = schema.object else { return schema }
        if part == .body || part == .openBody, member.fallback != .null { object["default"] = member.fallback }
        if member.isSecret, part != .answer { object["writeOnly"] = .bool(true) }
        return .object(object)
    }
}

extension ObjectShape.Rule {
    var schema: JSONValue {
        switch self {
        case .oneForm(let forms):
            [
                "oneOf": .array(
                    forms.map { form in
                        Self.schema(given: form, absent: forms.filter { $0 != form }.flatMap(\.self))
                    })
            ]
        case .together(let names):
            ["oneOf": .array([Self.schema(given: names, absent: []), Self.schema(given: [], absent: names)])]
        }
    }

    private static func schema(given: [String], absent: [String]) -> JSONValue {
        var properties = JSONObject()
        for name in given { properties[name] = ["not": ["type": "null"]] }
        for name in absent { properties[name] = ["type": "null"] }
        return ["required": .array(given.map(JSONValue.string)), "properties": .object(properties)]
    }
}
