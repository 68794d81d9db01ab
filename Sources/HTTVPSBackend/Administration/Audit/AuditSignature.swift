import Crypto
import HTTVPSSodium

struct AuditSignature: Sendable {
    private let ring: KeyRing

    init(keys ring: KeyRing) { self.ring = ring }

    var keyID: String { ring.active(.audit).id }

    func mac(of digest: [UInt8]) -> [UInt8] { Self.mac(of: digest, with: ring.active(.audit)) }

    func fits(_ mac: [UInt8], of digest: [UInt8], keyID: String) -> Bool {
        guard let key = ring.key(keyID, .audit) else { return false }
        return ConstantTime.areEqual(mac, Self.mac(of: digest, with: key))
    }

    private static func mac(of digest: [UInt8], with key: BackendKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: digest, using: key.symmetric))
    }
}
