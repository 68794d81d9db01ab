import Crypto
import Foundation
import JWTKit

struct TokenSigner: Sendable {
    private let collection = JWTKeyCollection()
    private let kid: JWKIdentifier

    init(_ key: BackendKey, _ algorithm: TokenAlgorithm, kid: String) async throws {
        self.kid = JWKIdentifier(string: kid)
        let bytes = key.bytes(algorithm.keyLength)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let serializer = DefaultJWTSerializer(jsonEncoder: encoder)
        guard let digest = algorithm.digest else {
            let key = EdDSA.PrivateKey(backing: try Curve25519.Signing.PrivateKey(rawRepresentation: bytes))
            await collection.add(eddsa: key, kid: self.kid, serializer: serializer)
            return
        }
        await collection.add(
            hmac: HMACKey(key: SymmetricKey(data: bytes)), digestAlgorithm: digest, kid: self.kid,
            serializer: serializer)
    }

    func sign(_ claims: AccessClaims) async throws -> String { try await collection.sign(claims, kid: kid) }

    func verified(_ token: String) async -> AccessClaims? {
        try? await collection.verify(token, as: AccessClaims.self)
    }
}

extension TokenAlgorithm {
    var digest: DigestAlgorithm? {
        switch self {
        case .hs256: .sha256
        case .hs384: .sha384
        case .hs512: .sha512
        case .edDSA: nil
        }
    }
}
