import Crypto
import Foundation
import JWTKit

struct AccessTokens: Sendable {
    static let maximumLength = 4_096

    let audience: AccessClaims.Audience
    let lifetime: Int
    let algorithm: TokenAlgorithm
    let keyID: String
    private let collection: JWTKeyCollection

    init(audience: AccessClaims.Audience, keys: KeyRing, algorithm: TokenAlgorithm, lifetime: Int) async throws {
        self.audience = audience
        self.algorithm = algorithm
        self.lifetime = lifetime
        let purpose: KeyPurpose = audience == .device ? .deviceToken : .administratorToken
        keyID = "\(audience.rawValue)-\(algorithm.rawValue.lowercased())-\(keys.identifier(of: purpose))"
        collection = JWTKeyCollection()
        let bytes = keys.bytes(for: purpose, count: algorithm.keyLength)
        try await add(bytes)
    }

    private func add(_ bytes: [UInt8]) async throws {
        let kid = JWKIdentifier(string: keyID)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let serializer = DefaultJWTSerializer(jsonEncoder: encoder)
        if algorithm == .edDSA {
            let key = EdDSA.PrivateKey(backing: try Curve25519.Signing.PrivateKey(rawRepresentation: bytes))
            await collection.add(eddsa: key, kid: kid, serializer: serializer)
        } else {
            let digest: DigestAlgorithm =
                switch algorithm {
                case .hs256, .edDSA: .sha256
                case .hs384: .sha384
                case .hs512: .sha512
                }
            let key = HMACKey(key: SymmetricKey(data: bytes))
            await collection.add(hmac: key, digestAlgorithm: digest, kid: kid, serializer: serializer)
        }
    }

    func issue(
        subject: String, family: String? = nil, at moment: Date, lifetime: Int? = nil, jti: String = UUID().uuidString
    ) async throws -> String {
        let issued = Int64(moment.timeIntervalSince1970.rounded(.down))
        let claims = AccessClaims(
            sub: subject, aud: audience.rawValue, iat: issued, exp: issued + Int64(lifetime ?? self.lifetime),
            jti: jti.lowercased(), fam: family)
        return try await collection.sign(claims, kid: JWKIdentifier(string: keyID))
    }

    func claims(of token: String, at moment: Date) async throws(CredentialError) -> AccessClaims {
        guard token.utf8.count <= Self.maximumLength, let header = TokenHeader(token: token), header.kid == keyID,
            header.alg == algorithm.rawValue, !header.hasExtensions,
            let claims = try? await collection.verify(token, as: AccessClaims.self),
            claims.aud == audience.rawValue, !claims.sub.isEmpty
        else { throw .invalid }
        let now = moment.timeIntervalSince1970
        if let notBefore = claims.nbf, Double(notBefore) > now { throw .invalid }
        guard Double(claims.exp) > now else { throw .expired }
        return claims
    }
}
