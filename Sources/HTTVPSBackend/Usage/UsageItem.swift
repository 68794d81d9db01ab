import Foundation

struct UsageItem: Equatable, Sendable {
    var sessionID: String
    var mark: UsageMark
    var isFinal: Bool
    var endedAt: Date?
    var closeReason: String?
}

extension UsageItem {
    init?(_ json: JSONValue) {
        var reader = MemberReader(json)
        guard let sessionID = reader.text("session_id", required: true),
            let sequence = reader.count("seq", required: true),
            let bytesUp = reader.count("bytes_up", required: true),
            let bytesDown = reader.count("bytes_down", required: true),
            let streamsOpened = reader.count("streams_opened", required: true)
        else { return nil }
        self.sessionID = sessionID
        mark = UsageMark(
            sequence: sequence, bytesUp: bytesUp, bytesDown: bytesDown, streamsOpened: streamsOpened)
        isFinal = reader.flag("final") ?? false
        endedAt = reader.time("ended_at")
        closeReason = reader.text("close_reason", length: 0...200)
        guard reader.faults.isEmpty else { return nil }
    }
}
