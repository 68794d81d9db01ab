import HTTPTypes

enum HeaderName: String {
    case requestID = "X-Request-Id"
    case traceparent = "traceparent"
    case forwardedFor = "X-Forwarded-For"
    case idempotencyKey = "Idempotency-Key"
    case idempotencyReplayed = "Idempotency-Replayed"
    case contentTypeOptions = "X-Content-Type-Options"
    case contentSecurityPolicy = "Content-Security-Policy"
    case rateLimitPolicy = "RateLimit-Policy"
    case rateLimit = "RateLimit"
}

extension HTTPFields {
    func values(_ name: HeaderName) -> [String] { HTTPField.Name(name.rawValue).map { self[values: $0] } ?? [] }

    mutating func set(_ name: HeaderName, _ value: String) {
        if let name = HTTPField.Name(name.rawValue) { self[name] = value }
    }
}
