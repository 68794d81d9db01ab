import Crypto
import Foundation

struct RefreshSecrets: Sendable {
    private let key: SymmetricKey

    init(keys: KeyRing) {
        key = keys.key(for: .refreshSuccessor)
    }

    func newIssue() -> String { UUID().uuidString.lowercased() }

    func successor(of token: OpaqueToken, issue: String) -> OpaqueToken {
        OpaqueToken(.refresh, secret: derived("successor", token, issue))
    }

    func tokenID(of token: OpaqueToken, issue: String) -> String {
        derived("token-id", token, issue).prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private func derived(_ purpose: String, _ token: OpaqueToken, _ issue: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data("\(purpose):\(issue):\(token.text)".utf8), using: key))
    }
}
