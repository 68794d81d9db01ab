import Crypto
import Foundation

struct AESGCMCipher: AEADCipher {
    private let key: SymmetricKey

    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    func seal(
        _ message: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: Nonce
    ) throws(ShadowsocksError) {
        do {
            let box = try AES.GCM.seal(message, using: key, nonce: try AES.GCM.Nonce(data: nonce.bytes))
            let room = UnsafeMutableRawBufferPointer(start: out, count: message.count + AEAD.tagLength)
            box.ciphertext.copyBytes(to: room)
            box.tag.copyBytes(to: UnsafeMutableRawBufferPointer(rebasing: room[message.count...]))
        } catch {
            throw ShadowsocksError(.cipherFailed, "AES-GCM could not seal \(message.count) bytes", cause: error)
        }
    }

    func open(
        _ sealed: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer, nonce: Nonce
    ) throws(ShadowsocksError) {
        guard sealed.count >= AEAD.tagLength else { throw .forged }
        let length = sealed.count - AEAD.tagLength
        do {
            let box = try AES.GCM.SealedBox(
                nonce: try AES.GCM.Nonce(data: nonce.bytes),
                ciphertext: UnsafeRawBufferPointer(rebasing: sealed[..<length]),
                tag: UnsafeRawBufferPointer(rebasing: sealed[length...]))
            let message = try AES.GCM.open(box, using: key)
            message.copyBytes(to: UnsafeMutableRawBufferPointer(start: out, count: length))
        } catch {
            throw .forged
        }
    }
}
