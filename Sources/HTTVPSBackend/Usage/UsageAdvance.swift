import Foundation

struct UsageAdvance: Equatable, Sendable {
    var sessionID: String
    var mark: UsageMark
    var bytesUp: Int64
    var bytesDown: Int64
    var streamsOpened: Int64
    var isFinal: Bool
    var endedAt: Date?
    var closeReason: String?

    init(_ item: UsageItem, since last: UsageMark?) {
        sessionID = item.sessionID
        mark = item.mark
        bytesUp = item.mark.bytesUp - (last?.bytesUp ?? 0)
        bytesDown = item.mark.bytesDown - (last?.bytesDown ?? 0)
        streamsOpened = item.mark.streamsOpened - (last?.streamsOpened ?? 0)
        isFinal = item.isFinal
        endedAt = item.endedAt
        closeReason = item.closeReason
    }

    mutating func follow(_ later: UsageAdvance) {
        mark = later.mark
        bytesUp += later.bytesUp
        bytesDown += later.bytesDown
        streamsOpened += later.streamsOpened
        guard later.isFinal, !isFinal else { return }
        isFinal = true
        endedAt = later.endedAt
        closeReason = later.closeReason
    }

    var json: JSONValue {
        [
            "session_id": .string(sessionID), "seq": .integer(mark.sequence), "mark_up": .integer(mark.bytesUp),
            "mark_down": .integer(mark.bytesDown), "mark_streams": .integer(mark.streamsOpened),
            "bytes_up": .integer(bytesUp), "bytes_down": .integer(bytesDown),
            "streams_opened": .integer(streamsOpened), "final": .bool(isFinal), "ended_at": .time(endedAt),
            "close_reason": .optional(closeReason),
        ]
    }
}
