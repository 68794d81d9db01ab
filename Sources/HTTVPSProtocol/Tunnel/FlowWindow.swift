package struct SendWindow: Equatable, Sendable {
    private var limit: UInt64
    private var sent: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var finished = false

    package init(limit: Int) { self.limit = UInt64(limit) }

    package var credit: Int { Int(clamping: limit - sent) }

    package mutating func send(_ count: Int) {
        precondition(count <= credit, "more was sent than the peer gave credit for")
        sent += UInt64(count)
    }

    package mutating func finish() { finished = true }

    package mutating func update(received: UInt64, limit newLimit: UInt64) throws(TunnelError) {
        guard received >= acknowledged else {
            throw TunnelError(.flowControlError, "received fell from \(acknowledged) to \(received)")
        }
        guard received <= sent + (finished ? 1 : 0) else {
            throw TunnelError(.flowControlError, "received \(received) of \(sent) bytes sent")
        }
        acknowledged = received
        limit = max(limit, newLimit)
    }
}

package struct ReceiveWindow: Equatable, Sendable {
    package struct Update: Equatable, Sendable {
        package var received: UInt64
        package var limit: UInt64
    }

    private let size: UInt64
    private var limit: UInt64
    private var received: UInt64 = 0
    private var consumed: UInt64 = 0

    package init(size: Int) {
        self.size = UInt64(size)
        limit = UInt64(size)
    }

    package mutating func receive(_ count: Int) throws(TunnelError) {
        guard received + UInt64(count) <= limit else {
            throw TunnelError(.flowControlError, "\(received + UInt64(count)) bytes against a limit of \(limit)")
        }
        received += UInt64(count)
    }

    package mutating func consume(_ count: Int) -> Update? {
        consumed = min(consumed + UInt64(count), received)
        guard consumed + size - limit >= size / 2 else { return nil }
        limit = consumed + size
        return Update(received: received, limit: limit)
    }

    package mutating func finish() -> Update { Update(received: received + 1, limit: limit) }
}
