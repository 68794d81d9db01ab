package struct SodiumError: Error, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case unavailable = "sodium_unavailable"
        case badKeyLength = "bad_key_length"
        case badNonceLength = "bad_nonce_length"
        case truncated = "ciphertext_truncated"
        case forged = "ciphertext_forged"
        case outOfMemory = "out_of_memory"
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
