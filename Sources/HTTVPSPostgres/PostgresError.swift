package struct PostgresError: Error, CustomStringConvertible {
    package struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        package var description: String { rawValue }

        package static let databaseUnavailable = Code(rawValue: "database_unavailable")
        package static let uniqueViolation = Code(rawValue: "unique_violation")
        package static let foreignKeyViolation = Code(rawValue: "foreign_key_violation")
        package static let checkViolation = Code(rawValue: "check_violation")
        package static let notNullViolation = Code(rawValue: "not_null_violation")
        package static let exclusionViolation = Code(rawValue: "exclusion_violation")
        package static let serializationFailure = Code(rawValue: "serialization_failure")
        package static let deadlock = Code(rawValue: "deadlock")
        package static let timeout = Code(rawValue: "timeout")
        package static let lockTimeout = Code(rawValue: "lock_timeout")
        package static let cancelled = Code(rawValue: "cancelled")
        package static let invalidValue = Code(rawValue: "invalid_value")
        package static let decodeFailed = Code(rawValue: "decode_failed")
        package static let invalidConfiguration = Code(rawValue: "invalid_configuration")
        package static let connectionReturned = Code(rawValue: "connection_returned")
        package static let transactionAborted = Code(rawValue: "transaction_aborted")
        package static let queryFailed = Code(rawValue: "query_failed")
    }

    package var code: Code
    package var message: String
    package var sqlState: String?
    package var constraint: String?
    package var position: Int?
    package var cause: (any Error)?

    package init(
        _ code: Code, _ message: String, sqlState: String? = nil, constraint: String? = nil, position: Int? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.position = position
        self.cause = cause
    }

    package var isUnavailable: Bool { code == .databaseUnavailable }

    package var isSerializationFailure: Bool { code == .serializationFailure || code == .deadlock }

    package var description: String {
        sqlState.map { "\(code): \(message) (SQLSTATE \($0))" } ?? "\(code): \(message)"
    }
}
