import NIOCore

struct Keepalive: Sendable {
    enum OnTimer: Equatable {
        case wait(NIODeadline)
        case ping(next: NIODeadline)
        case doubt(next: NIODeadline)
        case dead
    }

    private let interval: TimeAmount
    private let patience: TimeAmount
    private let quiet: TimeAmount
    private var heard: NIODeadline
    private var said: NIODeadline
    private var worked: NIODeadline
    private var asked: NIODeadline?
    private var isActive = false
    private var share: Double
    private(set) var isDoubted = false

    init(seconds: Int, now: NIODeadline, jitter: Double) {
        interval = .seconds(Int64(clamping: seconds))
        patience = min(.seconds(5), interval)
        quiet = min(.seconds(2), .nanoseconds(interval.nanoseconds / 4))
        heard = now
        said = now
        worked = now
        share = Self.unit(jitter)
    }

    mutating func hear(now: NIODeadline) -> Bool {
        heard = now
        asked = nil
        guard isDoubted else { return false }
        isDoubted = false
        return true
    }

    mutating func say(now: NIODeadline) { said = now }

    mutating func work(now: NIODeadline) -> Bool {
        worked = now
        guard !isActive else { return false }
        isActive = true
        return true
    }

    var next: NIODeadline {
        var next = min(pingIsDue, deadAt)
        if let asked, !isDoubted { next = min(next, asked + patience) }
        return next
    }

    mutating func timer(now: NIODeadline, jitter: Double) -> OnTimer {
        guard now < deadAt else { return .dead }
        if let asked, !isDoubted, now >= asked + patience {
            isDoubted = true
            return .doubt(next: next)
        }
        guard now >= pingIsDue else { return .wait(next) }
        said = now
        asked = asked ?? now
        isActive = false
        share = Self.unit(jitter)
        return .ping(next: next)
    }

    private var deadAt: NIODeadline { heard + interval + interval }

    private var pingIsDue: NIODeadline {
        let regular = said + Self.part(interval, 0.4 + 0.4 * share)
        return isActive ? min(regular, max(heard, worked) + Self.part(quiet, 0.75 + 0.5 * share)) : regular
    }

    private static func part(_ amount: TimeAmount, _ share: Double) -> TimeAmount {
        .nanoseconds(Int64(Double(amount.nanoseconds) * share))
    }

    private static func unit(_ jitter: Double) -> Double { min(max(jitter, 0), 1) }
}
