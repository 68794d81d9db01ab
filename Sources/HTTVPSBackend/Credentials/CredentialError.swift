package struct CredentialError: Error, Equatable {
    package enum Code: String, Sendable {
        case unauthenticated
        case invalidToken = "invalid_token"
        case tokenExpired = "token_expired"
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static let absent = CredentialError(.unauthenticated, "This route needs a bearer token.")
    package static let invalid = CredentialError(.invalidToken, "The bearer token is not valid.")
    package static let expired = CredentialError(.tokenExpired, "The bearer token has expired.")
}
