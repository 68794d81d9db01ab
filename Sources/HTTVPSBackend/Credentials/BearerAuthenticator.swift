package protocol BearerAuthenticator: Sendable {
    func caller(authorization: String?, path: String) async throws -> Caller
}
