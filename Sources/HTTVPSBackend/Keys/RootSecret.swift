import Crypto
import Foundation
import HTTVPSObservability
import HTTVPSSodium

struct RootSecret: Sendable {
    let id: String
    private let root: SymmetricKey

    init(_ secret: Secret) {
        root = SymmetricKey(data: Data(secret.reveal().utf8))
        id = BackendKey.identifier(of: Self.derived("key-seal", from: root, count: 32))
    }

    func foundingKey(of purpose: KeyPurpose) -> BackendKey {
        let material = Self.derived(purpose.rawValue, from: root, count: BackendKey.length)
        return BackendKey(purpose, material: material, activatesAt: Date(timeIntervalSince1970: 0))
    }

    func seal(_ key: BackendKey) throws -> [UInt8] {
        try cipher().seal(key.material, associatedData: Self.place(key.purpose, key.id))
    }

    func open(_ sealed: [UInt8], _ purpose: KeyPurpose, id: String) throws -> [UInt8] {
        try cipher().open(sealed, associatedData: Self.place(purpose, id))
    }

    private func cipher() throws -> XChaCha20Poly1305 {
        try XChaCha20Poly1305(key: Self.derived("key-seal", from: root, count: 32))
    }

    private static func place(_ purpose: KeyPurpose, _ id: String) -> [UInt8] {
        Array("backend_keys/\(purpose.rawValue)/\(id)".utf8)
    }

    private static func derived(_ info: String, from root: SymmetricKey, count: Int) -> [UInt8] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: root, salt: Data("httvps-backend".utf8), info: Data(info.utf8), outputByteCount: count)
        return key.withUnsafeBytes { Array($0) }
    }
}
