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
    let tlsVersion: String?
    let applicationProtocol: String?
    private let gate: NIOLoopBound<CarrierGate>

    init(channel: any Channel, kind: CarrierKind, attempt: CarrierAttempt, gate: CarrierGate) {
        self.channel = channel
        self.kind = kind
        timings = attempt.timings(upgraded: channel.eventLoop.now)
        tlsVersion = attempt.tlsVersion
        applicationProtocol = attempt.applicationProtocol
        self.gate = NIOLoopBound(gate, eventLoop: channel.eventLoop)
    }

    func attach(_ handler: some ChannelHandler) throws { try gate.value.open(to: handler) }
}

/// What carries a session's WebSocket.
public enum CarrierKind: String, Sendable {
    /// An HTTP/1.1 connection of its own.
    case http1
    /// One stream of an HTTP/2 connection.
    case http2
}
