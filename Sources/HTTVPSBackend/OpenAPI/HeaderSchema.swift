enum HeaderSchema: String, CaseIterable {
    case requestID = "X-Request-Id"
    case traceparent = "traceparent"
    case rateLimitPolicy = "RateLimit-Policy"
    case rateLimit = "RateLimit"
    case etag = "ETag"
    case location = "Location"
    case replayed = "Idempotency-Replayed"
    case retryAfter = "Retry-After"
    case challenge = "WWW-Authenticate"

    static var components: JSONValue { .object(JSONObject(allCases.map { ($0.rawValue, $0.json) })) }

    static func references(_ headers: [HeaderSchema]) -> JSONValue {
        .object(
            JSONObject(headers.map { ($0.rawValue, ["$ref": .string("#/components/headers/\($0.rawValue)")]) }))
    }

    private var json: JSONValue {
        ["description": .string(sentence), "schema": self == .retryAfter ? ["type": "integer"] : ["type": "string"]]
    }

    private var sentence: String {
        switch self {
        case .requestID: "The id of this request in logs and audit events."
        case .traceparent: "The W3C trace context of this request."
        case .rateLimitPolicy: "How many requests the token, or the address without one, has in a window."
        case .rateLimit: "How many requests are left, and the seconds until the window opens again."
        case .etag: "The revision; send it with If-Match to change or delete."
        case .location: "The path of what was created."
        case .replayed: "true where this answer was kept from an earlier request with this Idempotency-Key."
        case .retryAfter: "Seconds to wait."
        case .challenge: "Bearer."
        }
    }
}
