import Crypto
import Foundation

struct RefreshSecrets: Sendable {
    private let keys: KeyRing

    init(keys: KeyRing) { self.keys = keys }

    func newIssue(at moment: Date) -> String {
        "\(keys.active(.refreshSuccessor, at: moment).id).\(UUID().uuidString.lowercased())"
    }

    func successor(of token: OpaqueToken, issue: String) throws -> OpaqueToken {
        OpaqueToken(.refresh, secret: try derived("successor", token, issue))
    }

    func tokenID(of token: OpaqueToken, issue: String) throws -> String {
        Array(try derived("token-id", token, issue).prefix(16)).hex
    }

    private func derived(_ purpose: String, _ token: OpaqueToken, _ issue: String) throws -> [UInt8] {
        let input = Data("\(purpose):\(issue):\(token.text)".utf8)
        return Array(HMAC<SHA256>.authenticationCode(for: input, using: try key(of: issue).symmetric))
    }

    private func key(of issue: String) throws -> BackendKey {
        let parts = issue.split(separator: ".")
        guard parts.count == 2 else { return keys.oldest(.refreshSuccessor) }
        guard let key = keys.key(String(parts[0]), .refreshSuccessor) else {
            throw KeyError(
                .unknownKey, "The successor of a refresh token needs key \(parts[0]), which is not known here.")
        }
        return key
    }
}
