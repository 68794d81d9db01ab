import NIOCore

struct CarrierFailure: Error {
    enum Fault: Equatable {
        case unreachable
        case insecure
        case noHTTP2
        case refused(status: Int)
        case broken
        case silent
    }

    var phase: ConnectPhase
    var fault: Fault
    var message: String
    var cause: (any Error)?

    var allowsHTTP1: Bool {
        switch fault {
        case .noHTTP2, .refused, .broken, .silent: phase == .upgrade
        case .unreachable, .insecure: false
        }
    }
}

/// A step on the way from nothing to a stream.
public enum ConnectPhase: String, CaseIterable, Sendable {
    /// The name's resolution and the TCP connection.
    case connect
    /// The TLS handshake.
    case tls
    /// The WebSocket's request and the gateway's answer.
    case upgrade
    /// The session: hello and the gateway's verdict.
    case session
    /// The first stream to a target.
    case stream
}
