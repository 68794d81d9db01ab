package struct MigrationError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        case badName = "migration_bad_name"
        case duplicate = "migration_duplicate"
        case gap = "migration_gap"
        case unreadable = "migration_unreadable"
        case noWayDown = "migration_no_way_down"
        case changed = "migration_changed"
        case missing = "migration_missing"
        case newer = "migration_newer"
        case outOfOrder = "migration_out_of_order"
        case pending = "migration_pending"
        case locked = "migration_locked"
        case failed = "migration_failed"
        case databaseUnavailable = "database_unavailable"
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
