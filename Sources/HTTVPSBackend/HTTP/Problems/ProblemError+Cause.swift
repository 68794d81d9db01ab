extension ProblemError {
    static func describing(_ error: any Error) -> ProblemError {
        switch error {
        case let problem as ProblemError: problem
        default: ProblemError(.internalError, "Something went wrong inside the backend.", cause: error)
        }
    }
}
