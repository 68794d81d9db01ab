import HTTVPSClient

struct TunnelFigures: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
        case connecting
        case connected
        case paused
        case waiting
    }

    var phase = Phase.connecting
    var carrier: String?
    var gateway: String?
    var region: String?
    var streams = 0
    var roundTrip: Duration?
    var pauses = 0
    var lastPause: Duration?

    mutating func note(_ state: TunnelState) {
        switch state {
        case .connecting(let address):
            phase = .connecting
            gateway = "\(address)"
            region = nil
        case .connected(let session):
            phase = .connected
            gateway = "\(session.gateway)"
            region = session.region
        case .paused: phase = .paused
        case .resumed: phase = .connected
        case .waiting, .stopped: phase = .waiting
        }
    }

    mutating func take(_ statistics: TunnelStatistics) {
        carrier = statistics.carrier?.shortName
        streams = statistics.openStreams
        roundTrip = statistics.roundTrip
        pauses = statistics.pauses
        lastPause = statistics.lastPause
    }
}

extension CarrierKind {
    var shortName: String { self == .http2 ? "h2" : "http1" }
}
