import NIOCore

struct OpenedCarrier: Sendable {
    struct Timings: Equatable, Sendable {
        var connected: TimeAmount
        var secured: TimeAmount?
        var upgraded: TimeAmount
    }

    let channel: any Channel
    let kind: CarrierKind
    let timings: Timings
}

/// What carries a session's WebSocket.
public enum CarrierKind: String, Sendable {
    /// An HTTP/1.1 connection of its own.
    case http1
    /// One stream of an HTTP/2 connection.
    case http2
}
