import HTTVPSProtocol
import NIOCore

struct DatagramRules: Equatable, Sendable {
    enum OnDatagram: Equatable, Sendable {
        case pass
        case drop
        case end(StreamCloseReason, message: String)
    }

    enum OnTimer: Equatable, Sendable {
        case wait(until: NIODeadline)
        case end(StreamCloseReason, message: String)
    }

    private let idle: TimeAmount
    private let maxPayload: Int
    private var lastMoved: NIODeadline

    init(idle: TimeAmount, maxPayload: Int, at now: NIODeadline) {
        self.idle = idle
        self.maxPayload = maxPayload
        lastMoved = now
    }

    mutating func up(_ count: Int, isAllowed: Bool, allowance: Int, at now: NIODeadline) -> OnDatagram {
        guard isAllowed else { return .end(.deniedByPolicy, message: "the target is not allowed") }
        lastMoved = now
        return count <= allowance ? .pass : .drop
    }

    mutating func down(_ count: Int, isWritable: Bool, allowance: Int, at now: NIODeadline) -> OnDatagram {
        lastMoved = now
        return isWritable && count <= min(allowance, maxPayload) ? .pass : .drop
    }

    func timer(at now: NIODeadline) -> OnTimer {
        let end = lastMoved + idle
        return now < end ? .wait(until: end) : .end(.idleTimeout, message: "no datagram came for too long")
    }
}
