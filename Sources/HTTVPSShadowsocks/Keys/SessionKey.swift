import Crypto
import Foundation

package struct SessionKey: Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    package init(master: MasterKey, salt: Salt) {
        let key = HKDF<Insecure.SHA1>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: master.bytes), salt: salt.bytes, info: Array("ss-subkey".utf8),
            outputByteCount: master.method.keyLength)
        bytes = key.withUnsafeBytes { Array($0) }
    }

    package var description: String { "SessionKey(***)" }
}
