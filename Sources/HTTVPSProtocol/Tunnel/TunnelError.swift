package struct TunnelError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case badFrame = "bad_frame"
        case flowControlError = "flow_control_error"
        case messageTooBig = "message_too_big"
        case badHello = "bad_hello"
        case handshakeTimeout = "handshake_timeout"
        case revoked
        case quotaExceeded = "quota_exceeded"
        case idleTimeout = "idle_timeout"
        case draining
        case `internal`

        package var closeCode: UInt16 {
            switch self {
            case .badFrame, .flowControlError: 1002
            case .messageTooBig: 1009
            case .badHello, .handshakeTimeout, .revoked, .quotaExceeded: 1008
            case .idleTimeout, .draining: 1001
            case .internal: 1011
            }
        }
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code && lhs.message == rhs.message }

    package var description: String { "\(code.rawValue): \(message)" }
}
