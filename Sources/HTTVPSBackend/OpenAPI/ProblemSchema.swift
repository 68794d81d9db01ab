enum ProblemSchema {
    static let json: JSONValue = [
        "type": "object",
        "required": .array(["type", "title", "status", "detail", "instance", "code", "request_id"]),
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
            "detail": ["type": "string"], "instance": ["type": "string"],
            "code": ["type": "string", "enum": texts(ProblemCode.allCases.map(\.rawValue))],
            "request_id": ["type": "string"],
            "errors": ["type": "array", "minItems": .integer(1), "items": fault],
            "allowed": ["type": "boolean"], "reason": ["type": "string"],
        ],
    ]

    private static let fault: JSONValue = [
        "type": "object", "required": .array(["pointer", "code", "detail"]),
        "properties": [
            "pointer": ["type": "string"],
            "code": ["type": "string", "enum": texts(FaultCode.allCases.map(\.rawValue))],
            "detail": ["type": "string"],
        ],
    ]

    static func json(of codes: [ProblemCode]) -> JSONValue {
        [
            "allOf": .array([
                ["$ref": "#/components/schemas/Problem"],
                ["properties": ["code": ["enum": texts(codes.map(\.rawValue))]]],
            ])
        ]
    }

    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}
