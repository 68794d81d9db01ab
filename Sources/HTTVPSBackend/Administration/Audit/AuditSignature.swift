import Crypto
import HTTVPSSodium

struct AuditSignature: Sendable {
    let keyID: String
    private let keys: [String: SymmetricKey]

    init(keys ring: KeyRing) {
        keyID = ring.identifier(of: .audit)
        keys = [keyID: ring.key(for: .audit)]
    }

    func mac(of digest: [UInt8]) -> [UInt8] {
        guard let key = keys[keyID] else { return [] }
        return Array(HMAC<SHA256>.authenticationCode(for: digest, using: key))
    }

    func fits(_ mac: [UInt8], of digest: [UInt8], keyID: String) -> Bool {
        guard let key = keys[keyID] else { return false }
        return ConstantTime.areEqual(mac, Array(HMAC<SHA256>.authenticationCode(for: digest, using: key)))
    }
}
