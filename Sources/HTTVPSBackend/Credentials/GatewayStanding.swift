import HTTVPSPostgres

enum GatewayStanding {
    static let disabled = ProblemError(.gatewayDisabled, "This gateway is disabled.")

    static func checking<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as PostgresError {
            throw problem(for: error) ?? error
        }
    }

    private static func problem(for error: PostgresError) -> ProblemError? {
        switch error.sqlState {
        case "HV401": ProblemError(.invalidToken, CredentialError.invalid.message)
        case "HV403": disabled
        default: nil
        }
    }
}
