import Crypto
import Foundation
package import HTTVPSObservability

package struct KeyRing: Sendable {
    package static let minimumSecretLength = 32

    private let root: SymmetricKey

    package init(secret: Secret) {
        root = SymmetricKey(data: Data(secret.reveal().utf8))
    }

    func bytes(for purpose: KeyPurpose, count: Int = 32) -> [UInt8] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: root, salt: Data("httvps-backend".utf8), info: Data(purpose.rawValue.utf8),
            outputByteCount: count)
        return key.withUnsafeBytes { Array($0) }
    }

    func key(for purpose: KeyPurpose, count: Int = 32) -> SymmetricKey {
        SymmetricKey(data: bytes(for: purpose, count: count))
    }

    func identifier(of purpose: KeyPurpose) -> String {
        SHA256.hash(data: Data("key-id".utf8) + bytes(for: purpose)).prefix(6).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
