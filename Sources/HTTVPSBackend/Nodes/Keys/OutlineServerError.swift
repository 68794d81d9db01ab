struct OutlineServerError: Error, CustomStringConvertible {
    enum Code: String, CaseIterable, Sendable {
        case unreachable
        case wrongCertificate = "wrong_certificate"
        case timedOut = "timed_out"
        case tooLarge = "too_large"
        case refused
        case invalidAnswer = "invalid_answer"
        case badAddress = "bad_address"
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { "\(code.rawValue): \(message)" }
}
