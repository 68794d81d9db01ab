import Foundation

struct AdmissionEvidence: Sendable {
    let tokens: AccessTokens

    func evidence(in text: String, at moment: Date) async throws(AdmissionRefusal) -> AdmissionRequest.Evidence {
        if text.hasPrefix("hv") {
            guard let token = OpaqueToken(text), token.kind == .refresh else { throw .invalidToken }
            return .refresh(token)
        }
        do {
            let claims = try await tokens.claims(of: text, at: moment)
            guard let family = claims.fam else { throw CredentialError.invalid }
            return .access(subject: claims.sub, family: family)
        } catch {
            throw (error as? CredentialError)?.code == .tokenExpired ? .tokenExpired : .invalidToken
        }
    }
}
