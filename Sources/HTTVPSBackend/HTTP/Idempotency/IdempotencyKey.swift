import HTTPTypes

enum IdempotencyKey {
    static func key(in headers: HTTPFields) throws(ProblemError) -> String? {
        let values = headers.values(.idempotencyKey)
        guard let key = values.first else { return nil }
        guard values.count == 1, (1...255).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw ProblemError(
                .invalidIdempotencyKey, "An Idempotency-Key has 1 to 255 visible ASCII characters and is given once.")
        }
        return key
    }
}
