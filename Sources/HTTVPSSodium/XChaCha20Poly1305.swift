import CLibSodium

package struct XChaCha20Poly1305: Sendable {
    package static let keyLength = 32
    package static let nonceLength = 24
    package static let tagLength = 16

    private let key: [UInt8]

    package init(key: [UInt8]) throws(SodiumError) {
        try Sodium.start()
        guard key.count == Self.keyLength else {
            throw SodiumError(.badKeyLength, "an XChaCha20-Poly1305 key has 32 bytes, not \(key.count)")
        }
        self.key = key
    }

    package func seal(_ message: [UInt8], associatedData: [UInt8] = []) -> [UInt8] {
        let nonce = SecureRandom.bytes(Self.nonceLength)
        return nonce + seal(message, checkedNonce: nonce, associatedData: associatedData)
    }

    package func open(_ sealed: [UInt8], associatedData: [UInt8] = []) throws(SodiumError) -> [UInt8] {
        guard sealed.count >= Self.nonceLength + Self.tagLength else {
            throw SodiumError(.truncated, "a sealed value of \(sealed.count) bytes is too short to be one")
        }
        return try open(
            Array(sealed.dropFirst(Self.nonceLength)), nonce: Array(sealed.prefix(Self.nonceLength)),
            associatedData: associatedData)
    }

    package func seal(
        _ message: [UInt8], nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(SodiumError) -> [UInt8] {
        try check(nonce)
        return seal(message, checkedNonce: nonce, associatedData: associatedData)
    }

    package func open(
        _ sealed: [UInt8], nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(SodiumError) -> [UInt8] {
        try check(nonce)
        guard sealed.count >= Self.tagLength else {
            throw SodiumError(.truncated, "a sealed value of \(sealed.count) bytes is shorter than its tag")
        }
        var message = [UInt8](repeating: 0, count: sealed.count - Self.tagLength)
        let result = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &message, nil, nil, sealed, UInt64(sealed.count), associatedData, UInt64(associatedData.count), nonce, key)
        guard result == 0 else {
            throw SodiumError(.forged, "a sealed value does not match its key, its nonce or its associated data")
        }
        return message
    }

    private func check(_ nonce: [UInt8]) throws(SodiumError) {
        guard nonce.count == Self.nonceLength else {
            throw SodiumError(.badNonceLength, "an XChaCha20-Poly1305 nonce has 24 bytes, not \(nonce.count)")
        }
    }

    private func seal(_ message: [UInt8], checkedNonce nonce: [UInt8], associatedData: [UInt8]) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: message.count + Self.tagLength)
        _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
            &sealed, nil, message, UInt64(message.count), associatedData, UInt64(associatedData.count), nil, nonce, key)
        return sealed
    }
}
