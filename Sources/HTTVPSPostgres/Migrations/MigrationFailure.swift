struct MigrationFailure {
    var file: String
    var script: String
    var cause: any Error

    var error: MigrationError {
        guard let failure = cause as? PostgresError, !failure.isUnavailable else { return Self.error(for: cause) }
        return MigrationError(.failed, "\(place(failure)): \(reason(failure)); nothing of it was kept", cause: failure)
    }

    static func error(for cause: any Error) -> MigrationError {
        switch cause {
        case let error as MigrationError: error
        case let error as PostgresError where error.isUnavailable:
            MigrationError(.databaseUnavailable, error.message, cause: error)
        case let error as PostgresError: MigrationError(.failed, error.message, cause: error)
        default: MigrationError(.failed, "the run was interrupted", cause: cause)
        }
    }

    private func place(_ failure: PostgresError) -> String {
        guard let position = failure.position else { return file }
        let lines = script.unicodeScalars.prefix(max(0, position - 1)).count { $0 == "\n" }
        return "\(file), line \(lines + 1)"
    }

    private func reason(_ failure: PostgresError) -> String {
        failure.code == .lockTimeout ? "a lock it needs stayed taken (\(failure.message))" : failure.message
    }
}
