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
    var timings: OpenedCarrier.Timings?

    var allowsHTTP1: Bool {
        switch fault {
        case .noHTTP2, .refused, .broken, .silent: phase == .upgrade
        case .unreachable, .insecure: false
        }
    }
}

enum ConnectPhase: Sendable {
    case connect
    case tls
    case upgrade
}
