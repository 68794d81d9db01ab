import HTTVPSProtocol
import NIOCore

struct UsageAccount: Sendable {
    struct End: Sendable {
        var reason: String
        var timestamp: String
        var at: NIODeadline
    }

    var counters = SessionCounters()
    private(set) var issued: SessionUsage?
    private(set) var lease: LeaseGrant
    private let sessionID: String
    private var answeredSeq: Int64 = 0
    private var acceptedBytes: Int64 = 0
    private var ended: End?

    init(sessionID: String, lease: LeaseGrant) {
        self.sessionID = sessionID
        self.lease = lease
    }

    var isOpen: Bool { ended == nil }

    var endedAt: NIODeadline? { ended?.at }

    var isDue: Bool { (issued?.seq ?? 0) > answeredSeq }

    var unreportedBytes: Int64 { max(0, counters.bytesMoved - acceptedBytes) }

    var isSettled: Bool { issued?.final == true && !isDue && !hasNews }

    mutating func reopen() { ended = nil }

    mutating func end(_ end: End) { if ended == nil { ended = end } }

    mutating func issue() -> SessionUsage? {
        guard hasNews || (isOpen && lease.bytes != nil && !isDue) else { return nil }
        let usage = SessionUsage(
            sessionID: sessionID, seq: (issued?.seq ?? 0) + 1, bytesUp: counters.bytesUp,
            bytesDown: counters.bytesDown, streamsOpened: counters.streamsOpened, final: isOpen ? nil : true,
            endedAt: ended?.timestamp, closeReason: ended?.reason)
        issued = usage
        return usage
    }

    mutating func accept(_ report: SessionUsage) {
        answeredSeq = max(answeredSeq, report.seq)
        acceptedBytes = max(acceptedBytes, report.bytesUp + report.bytesDown)
    }

    mutating func skip(_ report: SessionUsage) { answeredSeq = max(answeredSeq, report.seq) }

    mutating func grant(_ granted: UsageReportResponse.Lease) -> LeaseGrant? {
        guard isOpen else { return nil }
        lease = LeaseGrant(
            sessionID: sessionID, bytes: granted.leaseBytes, seconds: granted.leaseSeconds, countedFrom: acceptedBytes)
        return lease
    }

    private var hasNews: Bool {
        guard let issued else { return true }
        return issued.bytesUp != counters.bytesUp || issued.bytesDown != counters.bytesDown
            || issued.streamsOpened != counters.streamsOpened || (issued.final == true) == isOpen
    }
}
