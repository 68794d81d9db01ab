package struct VaultError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        case unknownKey = "unknown_vault_key"
        case forged = "forged_secret"
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
