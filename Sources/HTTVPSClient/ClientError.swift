/// What went wrong on the client's side, in words for people and a code for programs.
public struct ClientError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable {
        /// A setting is missing or makes no sense.
        case configuration
        /// No gateway could be reached, or its certificate did not hold.
        case unreachable
        /// The gateway refused the device; `reason` says why.
        case refused
        /// The session ended; `reason` says why where the gateway did.
        case sessionEnded = "session_ended"
        /// The gateway closed or refused one stream; `reason` says why.
        case streamClosed = "stream_closed"
        /// No session stood within the time that an opener waits.
        case timeout
        /// The tunnel was stopped here.
        case stopped
    }

    /// The kind of failure.
    public var code: Code
    /// One sentence for people.
    public var message: String
    /// The reason as the protocol names it, where the gateway gave one.
    public var reason: String?
    /// The failure beneath, if any.
    public var cause: (any Error)?

    /// Describes a failure.
    public init(_ code: Code, _ message: String, reason: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.reason = reason
        self.cause = cause
    }

    /// The message, with the reason where there is one.
    public var description: String { reason.map { "\(message) (\($0))" } ?? message }
}
