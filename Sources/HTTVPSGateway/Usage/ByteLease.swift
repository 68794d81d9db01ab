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
        if bytesMoved >= limit {
            if waiting != nil { return .wait }
            waiting = Waiting(since: now, asked: now)
            return .reportAndWait
        }
        if bytesMoved >= renewAt, !hasAsked {
            hasAsked = true
            return .report
        }
        return .proceed
    }

    package mutating func granted(_ grant: LeaseGrant, bytesMoved: Int64, at now: NIODeadline) -> OnGranted {
        let earlier = waiting
        self = ByteLease(bytes: grant.bytes, seconds: grant.seconds, countedFrom: grant.countedFrom)
        if let limit, bytesMoved >= limit {
            waiting = earlier ?? Waiting(since: now, asked: now)
            return .wait
        }
        return earlier == nil ? .proceed : .resume
    }

    package mutating func checked(at now: NIODeadline) -> OnChecked {
        guard var current = waiting else { return .proceed }
        if now - current.since >= patience { return .quotaExceeded }
        guard now - current.asked >= Self.askAgainAfter else { return .proceed }
        current.asked = now
        waiting = current
        return .report
    }
}
