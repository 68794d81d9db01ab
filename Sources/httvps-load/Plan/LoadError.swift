struct LoadError: Error, CustomStringConvertible {
    enum Code: String {
        case configuration
        case openFiles = "open_files"
        case backend
        case metrics
        case target
        case differs
        case timeout
        case output
    }

    var code: Code
    var message: String
    var cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    var description: String { message }
}
