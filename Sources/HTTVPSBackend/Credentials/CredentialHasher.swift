import Crypto
import Foundation

package struct CredentialHasher: Sendable {
    private let keys: KeyRing

    package init(keys: KeyRing) { self.keys = keys }

    private var key: SymmetricKey { keys.active(.credentialHash).symmetric }

    package func hash(_ token: OpaqueToken) -> CredentialHash {
        CredentialHash(bytes: Array(HMAC<SHA256>.authenticationCode(for: Data(token.text.utf8), using: key)))
    }

    package func hash(code: String) -> CredentialHash { hash("enrollment-code", code) }

    func hash(account: String) -> CredentialHash { hash("sign-in-account", account) }

    private func hash(_ kind: String, _ text: String) -> CredentialHash {
        let input = Data("\(kind):\(text)".utf8)
        return CredentialHash(bytes: Array(HMAC<SHA256>.authenticationCode(for: input, using: key)))
    }
}
