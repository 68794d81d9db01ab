import CLibSodium

package enum Argon2id {
    package static let passes: UInt64 = 2
    package static let memory = 19 * 1_024 * 1_024

    package static func hash(_ password: String) throws(SodiumError) -> String {
        try Sodium.start()
        let bytes = Array(password.utf8).map { CChar(bitPattern: $0) }
        var text = [CChar](repeating: 0, count: Int(crypto_pwhash_argon2id_strbytes()))
        let result = crypto_pwhash_argon2id_str(&text, bytes, UInt64(bytes.count), passes, memory)
        guard result == 0 else { throw SodiumError(.outOfMemory, "no memory to hash a password") }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static func verify(_ password: String, against hash: String) throws(SodiumError) -> Bool {
        try Sodium.start()
        let bytes = Array(password.utf8).map { CChar(bitPattern: $0) }
        return crypto_pwhash_argon2id_str_verify(hash, bytes, UInt64(bytes.count)) == 0
    }
}
