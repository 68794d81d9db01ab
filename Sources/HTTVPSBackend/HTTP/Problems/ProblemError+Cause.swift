import HTTVPSPostgres

extension ProblemError {
    static func describing(_ error: any Error) -> ProblemError {
        switch error {
        case let problem as ProblemError: problem
        case let error as PostgresError: database(error)
        default: ProblemError(.internalError, "Something went wrong inside the backend.", cause: error)
        }
    }

    private static func database(_ error: PostgresError) -> ProblemError {
        switch error.code {
        case .databaseUnavailable, .timeout, .lockTimeout, .serializationFailure, .deadlock, .cancelled:
            ProblemError(.databaseUnavailable, "The database does not answer at the moment.", cause: error)
        default: ProblemError(.internalError, "Something went wrong inside the backend.", cause: error)
        }
    }
}
