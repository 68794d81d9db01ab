package struct ListenerError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        case badCertificate = "bad_certificate"
        case cannotBind = "cannot_bind"
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        cause.map { "\(code.rawValue): \(message) (\($0))" } ?? "\(code.rawValue): \(message)"
    }
}
