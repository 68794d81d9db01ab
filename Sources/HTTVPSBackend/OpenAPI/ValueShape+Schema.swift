extension ValueShape {
    func schema(nullable: Bool = false, in components: inout SchemaComponents) -> JSONValue {
        switch self {
        case .text(let form): Self.typed("string", form.schema, nullable)
        case .choice(let listed):
            [
                "type": Self.type("string", nullable),
                "enum": .array(listed.map(JSONValue.string) + (nullable ? [.null] : [])),
            ]
        case .integer(let range):
            Self.typed(
                "integer", [("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))], nullable)
        case .number: Self.typed("number", [], nullable)
        case .flag: Self.typed("boolean", [], nullable)
        case .time: Self.typed("string", [("format", "date-time")], nullable)
        case .reference: Self.typed("string", TextForm().schema, nullable)
        case .list(let item, let count, let unique):
            Self.typed(
                "array",
                [
                    ("items", item.schema(in: &components)), ("minItems", .integer(count.lowerBound)),
                    ("maxItems", .integer(count.upperBound)), ("uniqueItems", .bool(unique)),
                ], nullable)
        case .object(let shape):
            nullable
                ? ["anyOf": .array([components.reference(to: shape), ["type": "null"]])]
                : components.reference(to: shape)
        case .judgedLater(let shape): ["anyOf": .array([components.reference(to: shape), .bool(true)])]
        case .open: .object(JSONObject())
        }
    }

    private static func typed(_ type: String, _ limits: [(String, JSONValue)], _ nullable: Bool) -> JSONValue {
        .object(JSONObject([("type", Self.type(type, nullable))] + limits))
    }

    private static func type(_ name: String, _ nullable: Bool) -> JSONValue {
        nullable ? .array([.string(name), "null"]) : .string(name)
    }
}

extension TextForm {
    var schema: [(String, JSONValue)] {
        var limits: [(String, JSONValue)] = []
        if let length {
            limits += [("minLength", .integer(length.lowerBound)), ("maxLength", .integer(length.upperBound))]
        }
        return limits + (pattern.map { [("pattern", .string($0))] } ?? []) + [
            ("description", .string("Should be \(form)."))
        ]
    }
}
