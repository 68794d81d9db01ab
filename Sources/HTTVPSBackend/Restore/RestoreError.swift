package struct RestoreError: Error, CustomStringConvertible {
    package static let code = "restore_failed"

    package var message: String
    package var cause: (any Error)?

    package init(_ message: String, cause: (any Error)? = nil) {
        self.message = message
        self.cause = cause
    }

    package var code: String { Self.code }

    package var description: String { message }
}
