struct SessionCipher: Sendable {
    private let cipher: any AEADCipher
    private var nonce = Nonce()

    init(key: MasterKey, salt: Salt) throws(ShadowsocksError) {
        cipher = try key.method.cipher(key: SessionKey(master: key, salt: salt))
    }

    mutating func seal(
        _ message: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer
    ) throws(ShadowsocksError) {
        try cipher.seal(message, to: out, nonce: nonce)
        nonce.advance()
    }

    mutating func open(
        _ sealed: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer
    ) throws(ShadowsocksError) {
        try cipher.open(sealed, to: out, nonce: nonce)
        nonce.advance()
    }
}
