import NIOCore

struct Keepalive: Sendable {
    enum OnTimer: Equatable {
        case wait(NIODeadline)
        case ping(next: NIODeadline)
        case dead
    }

    private let interval: TimeAmount
    private var heard: NIODeadline
    private var said: NIODeadline
    private var share = 0.5

    init(seconds: Int, now: NIODeadline) {
        interval = .seconds(Int64(clamping: seconds))
        heard = now
        said = now
    }

    mutating func hear(now: NIODeadline) { heard = now }

    mutating func say(now: NIODeadline) { said = now }

    func first(jitter: Double) -> NIODeadline { said + pause(jitter) }

    mutating func timer(now: NIODeadline, jitter: Double) -> OnTimer {
        guard now < heard + interval + interval else { return .dead }
        let due = said + pause(share)
        guard now >= due else { return .wait(due) }
        said = now
        share = jitter
        return .ping(next: now + pause(jitter))
    }

    private func pause(_ jitter: Double) -> TimeAmount {
        .nanoseconds(Int64(Double(interval.nanoseconds) * (0.4 + 0.4 * min(max(jitter, 0), 1))))
    }
}
