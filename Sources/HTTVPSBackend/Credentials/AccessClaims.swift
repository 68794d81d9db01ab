import JWTKit

struct AccessClaims: JWTPayload, Equatable {
    enum Audience: String, Codable, Sendable {
        case device
        case admin
    }

    var sub: String
    var aud: String
    var iat: Int64
    var exp: Int64
    var jti: String
    var fam: String?
    var nbf: Int64?

    func verify(using algorithm: some JWTAlgorithm) throws {}
}
