package struct SendWindow: Equatable, Sendable {
    private var limit: UInt64
    private(set) var sent: UInt64 = 0
    private(set) var acknowledged: UInt64 = 0
    private(set) var finished = false

    package init(limit: Int) { self.limit = UInt64(limit) }

    package var credit: Int { Int(clamping: limit - sent) }

    var end: UInt64 { finished ? sent + 1 : sent }

    var isFinishAcknowledged: Bool { finished && acknowledged > sent }

    package mutating func send(_ count: Int) {
        precondition(count <= credit, "more was sent than the peer gave credit for")
        sent += UInt64(count)
    }

    package mutating func finish() { finished = true }

    package mutating func update(received: UInt64, limit newLimit: UInt64) throws(TunnelError) {
        guard received >= acknowledged else {
            throw TunnelError(.flowControlError, "received fell from \(acknowledged) to \(received)")
        }
        guard received <= end else {
            throw TunnelError(.flowControlError, "received \(received) of \(sent) bytes sent")
        }
        acknowledged = received
        limit = max(limit, newLimit)
    }

    mutating func resume(from offset: UInt64) -> Bool {
        guard offset >= acknowledged, offset <= end else { return false }
        acknowledged = offset
        return true
    }
}
