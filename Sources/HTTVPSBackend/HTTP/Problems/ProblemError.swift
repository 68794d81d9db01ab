import HTTPTypes
import HTTVPSProtocol

struct ProblemError: Error {
    var code: ProblemCode
    var message: String
    var status: HTTPResponse.Status
    var faults: [Problem.Fault] = []
    var headers: HTTPFields = [:]
    var members: [(name: String, value: JSONValue)] = []
    var cause: (any Error)?

    init(
        _ code: ProblemCode, _ message: String, status: HTTPResponse.Status? = nil, headers: HTTPFields = [:],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status ?? code.status
        self.headers = headers
        self.cause = cause
        if self.status == .unauthorized { self.headers[.wwwAuthenticate] = "Bearer" }
        if self.status == .serviceUnavailable, self.headers[.retryAfter] == nil { self.headers[.retryAfter] = "1" }
    }
}

extension ProblemError {
    static func validationFailed(_ faults: [Problem.Fault]) -> ProblemError {
        var error = ProblemError(
            .validationFailed, "The body has \(faults.count) fault\(faults.count == 1 ? "" : "s").")
        error.faults = faults
        return error
    }

    static func retryLater(_ code: ProblemCode, _ message: String, seconds: Int) -> ProblemError {
        ProblemError(code, message, headers: [.retryAfter: String(max(1, seconds))])
    }

    static func refusal(_ code: ProblemCode, _ message: String) -> ProblemError {
        var error = ProblemError(code, message, status: .forbidden)
        error.members = [(name: "allowed", value: .bool(false)), (name: "reason", value: .string(code.rawValue))]
        return error
    }
}
