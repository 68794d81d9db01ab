package import NIOCore

package struct ReceiveWindow: Equatable, Sendable {
    package struct Update: Equatable, Sendable {
        package var received: UInt64
        package var limit: UInt64
    }

    let initial: UInt64
    private var size: UInt64
    private var limit: UInt64
    private var received: UInt64 = 0
    private var consumed: UInt64 = 0
    private var reported: UInt64 = 0
    private var finished = false
    private var raisedAt: NIODeadline?

    package init(size: Int) {
        initial = UInt64(size)
        self.size = UInt64(size)
        limit = UInt64(size)
    }

    var position: UInt64 { finished ? received + 1 : received }

    var open: Int { Int(clamping: (finished ? received : limit) - consumed) }

    var extended: Int { max(0, open - Int(initial)) }

    var isUnreported: Bool { received - min(reported, received) >= initial / 2 }

    package mutating func receive(_ count: Int, at now: NIODeadline = .uptimeNanoseconds(0)) throws(TunnelError) {
        guard received + UInt64(count) <= limit else {
            throw TunnelError(.flowControlError, "\(received + UInt64(count)) bytes against a limit of \(limit)")
        }
        if raisedAt == nil, count > 0 { raisedAt = now }
        received += UInt64(count)
    }

    package mutating func finish() { finished = true }

    package mutating func consume(_ count: Int, _ growth: WindowGrowth = .none) -> Bool {
        consumed = min(consumed + UInt64(count), received)
        guard !finished, consumed + size - limit >= size / 2 else { return false }
        raise(growth)
        return true
    }

    package mutating func report() -> Update {
        reported = position
        return Update(received: position, limit: limit)
    }

    private mutating func raise(_ growth: WindowGrowth) {
        if let raisedAt, growth.isAsked(since: raisedAt) { size = max(size, min(size * 2, UInt64(growth.maximum))) }
        raisedAt = growth.now
        let granted = max(limit, consumed + initial)
        let room = growth.room(beside: Int(clamping: granted - consumed), initial: Int(initial))
        limit = max(granted, min(consumed + size, granted + UInt64(clamping: min(room, Int(size)))))
        size = max(initial, limit - consumed)
    }
}
