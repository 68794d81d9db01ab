import CLibSodium

package struct ChaCha20Poly1305: Sendable {
    package static let keyLength = 32
    package static let nonceLength = 12
    package static let tagLength = 16

    private let key: [UInt8]

    package init(key: [UInt8]) throws(SodiumError) {
        try Sodium.start()
        guard key.count == Self.keyLength else {
            throw SodiumError(.badKeyLength, "a ChaCha20-Poly1305 key has 32 bytes, not \(key.count)")
        }
        self.key = key
    }

    package func seal(_ message: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: UnsafeRawPointer) {
        _ = crypto_aead_chacha20poly1305_ietf_encrypt(
            out.assumingMemoryBound(to: UInt8.self), nil,
            message.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(message.count),
            nil, 0, nil, nonce.assumingMemoryBound(to: UInt8.self), key)
    }

    package func open(_ sealed: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: UnsafeRawPointer)
        -> Bool
    {
        guard sealed.count >= Self.tagLength, let base = sealed.baseAddress else { return false }
        let result = crypto_aead_chacha20poly1305_ietf_decrypt(
            out.assumingMemoryBound(to: UInt8.self), nil, nil,
            base.assumingMemoryBound(to: UInt8.self), UInt64(sealed.count),
            nil, 0, nonce.assumingMemoryBound(to: UInt8.self), key)
        return result == 0
    }
}
