package struct JournalError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        case directoryUnusable = "directory_unusable"
        case inUse = "in_use"
        case readFailed = "read_failed"
        case writeFailed = "write_failed"
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
