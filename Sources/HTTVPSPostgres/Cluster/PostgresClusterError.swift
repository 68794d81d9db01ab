package struct PostgresClusterError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notInstalled = "postgresql_not_installed"
        case noServerUser = "postgresql_no_server_user"
        case folderUnusable = "postgresql_folder_unusable"
        case alreadyRunning = "postgresql_already_running"
        case startFailed = "postgresql_start_failed"
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
