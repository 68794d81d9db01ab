struct SchemaComponents: Sendable {
    private(set) var schemas = JSONObject()

    mutating func reference(to shape: ObjectShape) -> JSONValue {
        guard let name = shape.name else { return shape.schema(in: &self) }
        if schemas[name] == nil {
            schemas[name] = .bool(true)
            schemas[name] = shape.schema(in: &self)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    mutating func add(_ name: String, _ schema: JSONValue) { schemas[name] = schema }
}
