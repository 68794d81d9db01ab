package enum CipherMethod: String, CaseIterable, Sendable {
    case chacha20Poly1305 = "chacha20-ietf-poly1305"
    case aes256GCM = "aes-256-gcm"
    case aes128GCM = "aes-128-gcm"

    package static let `default` = CipherMethod.chacha20Poly1305

    package init?(name: String) { self.init(rawValue: name.lowercased()) }

    package var keyLength: Int { self == .aes128GCM ? 16 : 32 }

    package var saltLength: Int { keyLength }

    package var longestPrefix: Int { saltLength - Salt.leastRandomBytes }

    package func cipher(key: SessionKey) throws(ShadowsocksError) -> any AEADCipher {
        switch self {
        case .chacha20Poly1305: try ChaChaCipher(key: key.bytes)
        case .aes256GCM, .aes128GCM: AESGCMCipher(key: key.bytes)
        }
    }
}
