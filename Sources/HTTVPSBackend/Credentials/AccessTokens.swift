import Crypto
import Foundation
import JWTKit
import Synchronization

final class AccessTokens: Sendable {
    static let maximumLength = 4_096

    let audience: AccessClaims.Audience
    let lifetime: Int
    let algorithm: TokenAlgorithm
    private let keys: KeyRing
    private let signers = Mutex<[String: TokenSigner]>([:])

    init(audience: AccessClaims.Audience, keys: KeyRing, algorithm: TokenAlgorithm, lifetime: Int) async throws {
        self.audience = audience
        self.keys = keys
        self.algorithm = algorithm
        self.lifetime = lifetime
    }

    var keyID: String { TokenKeyID(audience, algorithm, key: keys.active(purpose).id).text }

    private var purpose: KeyPurpose { audience == .device ? .deviceToken : .administratorToken }

    func issue(
        subject: String, family: String? = nil, at moment: Date, lifetime: Int? = nil, jti: String = UUID().uuidString
    ) async throws -> String {
        let issued = Int64(moment.timeIntervalSince1970.rounded(.down))
        let claims = AccessClaims(
            sub: subject, aud: audience.rawValue, iat: issued, exp: issued + Int64(lifetime ?? self.lifetime),
            jti: jti.lowercased(), fam: family)
        return try await signer(keys.active(purpose, at: moment), algorithm).sign(claims)
    }

    func owns(_ token: String) -> Bool {
        TokenHeader(token: token).flatMap { TokenKeyID($0.kid) }?.audience == audience
    }

    func claims(of token: String, at moment: Date) async throws(CredentialError) -> AccessClaims {
        guard token.utf8.count <= Self.maximumLength, let header = TokenHeader(token: token), !header.hasExtensions,
            let kid = TokenKeyID(header.kid), kid.audience == audience, header.alg == kid.algorithm.rawValue,
            let key = await key(kid.key, at: moment), let signer = try? await signer(key, kid.algorithm),
            let claims = await signer.verified(token), claims.aud == audience.rawValue, !claims.sub.isEmpty
        else { throw .invalid }
        let now = moment.timeIntervalSince1970
        if let notBefore = claims.nbf, Double(notBefore) > now { throw .invalid }
        guard Double(claims.exp) > now else { throw .expired }
        return claims
    }

    private func key(_ id: String, at moment: Date) async -> BackendKey? {
        if let key = keys.key(id, purpose, at: moment) { return key }
        await keys.lookAgain()
        return keys.key(id, purpose, at: moment)
    }

    private func signer(_ key: BackendKey, _ algorithm: TokenAlgorithm) async throws -> TokenSigner {
        let kid = TokenKeyID(audience, algorithm, key: key.id).text
        if let known = signers.withLock({ $0[kid] }) { return known }
        let made = try await TokenSigner(key, algorithm, kid: kid)
        signers.withLock { $0[kid] = made }
        return made
    }
}
