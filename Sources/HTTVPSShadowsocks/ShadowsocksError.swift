package struct ShadowsocksError: Error, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case cipherFailed = "cipher_failed"
        case authenticationFailed = "authentication_failed"
        case chunkTooLong = "chunk_too_long"
        case truncated
        case badSalt = "bad_salt"
        case prefixTooLong = "prefix_too_long"
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
