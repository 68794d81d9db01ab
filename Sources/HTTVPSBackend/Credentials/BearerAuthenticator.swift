package protocol BearerAuthenticator: Sendable {
    func caller(authorization: String?, path: String) async throws -> Caller
    func confirm(_ caller: Caller, path: String) async throws
}

extension BearerAuthenticator {
    package func confirm(_ caller: Caller, path: String) async throws {}
}
