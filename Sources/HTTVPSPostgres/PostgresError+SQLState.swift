extension PostgresError {
    init(sqlState: String, serverMessage: String, constraint: String?, position: Int?, cancelRequested: Bool) {
        let code = Code(sqlState: sqlState, cancelRequested: cancelRequested)
        self.init(
            code, Self.message(for: code, sqlState: sqlState, serverMessage: serverMessage), sqlState: sqlState,
            constraint: constraint, position: position)
    }

    static func connectionLost(_ reason: String) -> PostgresError {
        PostgresError(.databaseUnavailable, "the connection to PostgreSQL was lost: \(reason)")
    }

    static let poolClosed = PostgresError(.databaseUnavailable, "the connection pool is closed")

    static let taskCancelled = PostgresError(.cancelled, "the query was cancelled by its caller")

    private static func message(for code: Code, sqlState: String, serverMessage: String) -> String {
        switch code {
        case .cancelled: taskCancelled.message
        case .timeout: "the statement took longer than the statement timeout allows"
        case .databaseUnavailable: "PostgreSQL ended the connection: \(serverMessage)"
        case .invalidValue: "PostgreSQL refused a value (\(Self.dataFault(sqlState)))"
        default: serverMessage
        }
    }

    private static func dataFault(_ sqlState: String) -> String {
        switch sqlState {
        case "22P02": "it does not have the form of its type"
        case "22003": "it is out of range for its type"
        case "22001": "it is too long for its column"
        case "22007", "22008": "it is no valid date or time"
        case "22012": "division by zero"
        case "22021": "it is not valid UTF-8"
        case "22023": "it is not allowed as a parameter"
        default: "data exception"
        }
    }
}

extension PostgresError.Code {
    init(sqlState: String, cancelRequested: Bool) {
        self =
            switch sqlState {
            case "23505": .uniqueViolation
            case "23503": .foreignKeyViolation
            case "23514": .checkViolation
            case "23502": .notNullViolation
            case "23P01": .exclusionViolation
            case "40001": .serializationFailure
            case "40P01": .deadlock
            case "55P03": .lockTimeout
            case "25P02": .transactionAborted
            case "57014": cancelRequested ? .cancelled : .timeout
            case "57P01", "57P02", "57P03", "57P05", "25P03", "25006": .databaseUnavailable
            default: Self.byClass(sqlState.prefix(2))
            }
    }

    private static func byClass(_ sqlClass: Substring) -> Self {
        switch sqlClass {
        case "08", "53", "58": .databaseUnavailable
        case "22": .invalidValue
        default: .queryFailed
        }
    }
}
