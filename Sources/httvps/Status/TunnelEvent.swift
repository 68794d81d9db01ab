import HTTVPSClient
import Logging

struct TunnelEvent: Equatable {
    let sentence: String
    let severity: Logger.Level

    init?(_ state: TunnelState) {
        switch state {
        case .connecting(let gateway): (sentence, severity) = ("connecting to \(gateway)", .debug)
        case .connected(let session):
            sentence = "connected to \(session.gateway): session \(session.sessionID), region \(session.region)"
            severity = .info
        case .paused(let reason, _): (sentence, severity) = ("paused: \(reason)", .info)
        case .resumed(let pause, _): (sentence, severity) = ("resumed after \(StatusLine.duration(pause))", .info)
        case .waiting(let pause, let error):
            (sentence, severity) = ("\(error); next attempt in \(StatusLine.duration(pause))", .warning)
        case .stopped(let error):
            guard error.code == .stopped else { return nil }
            (sentence, severity) = ("stopped", .info)
        }
    }
}
