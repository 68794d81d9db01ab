package import NIOCore

package struct ByteLease: Equatable, Sendable {
    package enum OnMoved: Equatable, Sendable {
        case proceed
        case report
        case reportAndWait
        case wait
    }

    package enum OnGranted: Equatable, Sendable {
        case proceed
        case resume
        case wait
    }

    package enum OnChecked: Equatable, Sendable {
        case proceed
        case report
        case quotaExceeded
    }

    private static let askAgainAfter = TimeAmount.seconds(1)

    private struct Waiting: Equatable, Sendable {
        var since: NIODeadline
        var asked: NIODeadline
        var needed: Int64
        var isRepeated = false
    }

    private var limit: Int64?
    private var renewAt: Int64
    private var patience: TimeAmount
    private var hasAsked = false
    private var waiting: Waiting?

    package init(bytes: Int64?, seconds: Int, countedFrom: Int64 = 0) {
        limit = bytes.map { countedFrom + max(0, $0) }
        renewAt = bytes.map { countedFrom + max(0, $0) / 2 } ?? .max
        patience = .seconds(Int64(max(1, seconds)))
    }

    package var isWaiting: Bool { waiting != nil }

    package func allowance(bytesMoved: Int64) -> Int64? { limit.map { max(0, $0 - bytesMoved) } }

    package var nextCheck: NIODeadline? {
        waiting.map { min($0.asked + Self.askAgainAfter, $0.since + patience) }
    }

    package mutating func moved(bytesMoved: Int64, at now: NIODeadline) -> OnMoved {
        guard let limit else { return .proceed }
        if bytesMoved >= limit { return wait(for: 1, at: now) }
        waiting?.since = now
        waiting?.isRepeated = false
        if bytesMoved >= renewAt, !hasAsked {
            hasAsked = true
            return .report
        }
        return .proceed
    }

    package mutating func refused(_ count: Int, at now: NIODeadline) -> OnMoved {
        limit == nil ? .proceed : wait(for: Int64(count), at: now)
    }

    package mutating func granted(_ grant: LeaseGrant, bytesMoved: Int64, at now: NIODeadline) -> OnGranted {
        let earlier = waiting
        self = ByteLease(bytes: grant.bytes, seconds: grant.seconds, countedFrom: grant.countedFrom)
        let needed = earlier?.needed ?? 1
        if let limit, limit - bytesMoved < needed {
            waiting = earlier ?? Waiting(since: now, asked: now, needed: needed)
            return .wait
        }
        return earlier == nil ? .proceed : .resume
    }

    package mutating func checked(at now: NIODeadline) -> OnChecked {
        guard var current = waiting else { return .proceed }
        if now - current.since >= patience {
            if current.needed == 1 || current.isRepeated { return .quotaExceeded }
            waiting = nil
            return .proceed
        }
        guard now - current.asked >= Self.askAgainAfter else { return .proceed }
        current.asked = now
        waiting = current
        return .report
    }

    private mutating func wait(for count: Int64, at now: NIODeadline) -> OnMoved {
        if let needed = waiting?.needed {
            waiting?.needed = min(needed, count)
            waiting?.isRepeated = true
            return .wait
        }
        waiting = Waiting(since: now, asked: now, needed: count)
        return .reportAndWait
    }
}
