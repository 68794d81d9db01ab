package struct KeyError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        case wrongSecret = "wrong_secret_key"
        case unknownKey = "unknown_key"
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }

    static let wrongSecret = KeyError(
        .wrongSecret,
        """
        BACKEND_SECRET_KEY is not the secret that seals the keys in this database. Set the one that it was used with, \
        or, while you replace it, give that one as BACKEND_SECRET_KEY_PREVIOUS.
        """)
}
