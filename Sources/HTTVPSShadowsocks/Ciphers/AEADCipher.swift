package protocol AEADCipher: Sendable {
    func seal(
        _ message: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: Nonce
    ) throws(ShadowsocksError)

    func open(
        _ sealed: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: Nonce
    ) throws(ShadowsocksError)
}

package enum AEAD {
    package static let tagLength = 16
}
