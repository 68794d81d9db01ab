import HTTVPSSodium

package struct Salt: Equatable, Sendable {
    package static let leastRandomBytes = 16

    package let bytes: [UInt8]

    package init(_ bytes: [UInt8], method: CipherMethod) throws(ShadowsocksError) {
        guard bytes.count == method.saltLength else {
            throw ShadowsocksError(
                .badSalt, "a salt of \(method.rawValue) has \(method.saltLength) bytes, not \(bytes.count)")
        }
        self.bytes = bytes
    }

    package static func random(method: CipherMethod, prefix: [UInt8] = []) throws(ShadowsocksError) -> Salt {
        guard prefix.count <= method.longestPrefix else {
            throw ShadowsocksError(
                .prefixTooLong,
                "a prefix of \(prefix.count) bytes leaves fewer than \(leastRandomBytes) random bytes in the salt of "
                    + "\(method.rawValue)")
        }
        return try Salt(prefix + SecureRandom.bytes(method.saltLength - prefix.count), method: method)
    }
}
