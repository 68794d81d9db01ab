import Crypto

package struct MasterKey: Sendable, CustomStringConvertible {
    package let method: CipherMethod
    let bytes: [UInt8]

    package init(password: String, method: CipherMethod) {
        self.method = method
        bytes = Self.stretch(Array(password.utf8), to: method.keyLength)
    }

    package var description: String { "MasterKey(\(method.rawValue), ***)" }

    static func stretch(_ password: [UInt8], to length: Int) -> [UInt8] {
        var key: [UInt8] = []
        var block: [UInt8] = []
        while key.count < length {
            block = Array(Insecure.MD5.hash(data: block + password))
            key += block
        }
        return Array(key.prefix(length))
    }
}
