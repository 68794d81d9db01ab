import HTTVPSSodium

struct ChaChaCipher: AEADCipher {
    private let cipher: ChaCha20Poly1305

    init(key: [UInt8]) throws(ShadowsocksError) {
        do {
            cipher = try ChaCha20Poly1305(key: key)
        } catch {
            throw ShadowsocksError(.cipherFailed, "chacha20-ietf-poly1305 cannot be used here", cause: error)
        }
    }

    func seal(_ message: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: Nonce) {
        nonce.withUnsafeBytes { bytes in
            if let nonce = bytes.baseAddress { cipher.seal(message, to: out, nonce: nonce) }
        }
    }

    func open(
        _ sealed: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: Nonce
    ) throws(ShadowsocksError) {
        let accepted = nonce.withUnsafeBytes { bytes in
            bytes.baseAddress.map { cipher.open(sealed, to: out, nonce: $0) } ?? false
        }
        guard accepted else { throw .forged }
    }
}

extension ShadowsocksError {
    static var forged: Self { Self(.authenticationFailed, "bytes do not match the key or were changed on the way") }
}
