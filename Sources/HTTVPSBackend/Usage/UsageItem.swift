import Foundation

struct UsageItem: Equatable, Sendable {
    var sessionID: String
    var mark: UsageMark
    var isFinal: Bool
    var endedAt: Date?
    var closeReason: String?
}

extension UsageItem {
    private static let longestReason = 200

    init?(_ json: JSONValue) {
        let submission = Submission(json, as: Self.shape)
        guard submission.isFaultless, let sessionID = submission.text("session_id"),
            let sequence = submission.integer("seq"), let bytesUp = submission.integer("bytes_up"),
            let bytesDown = submission.integer("bytes_down"), let streamsOpened = submission.integer("streams_opened")
        else { return nil }
        self.sessionID = sessionID
        mark = UsageMark(
            sequence: sequence, bytesUp: bytesUp, bytesDown: bytesDown, streamsOpened: streamsOpened)
        isFinal = submission.flag("final") ?? false
        endedAt = submission.time("ended_at")
        closeReason = submission.text("close_reason").map { String($0.prefix(Self.longestReason)) }
    }

    static let shape = ObjectShape.openBody(
        MemberShape("session_id", .text(TextForm()), .required), MemberShape("seq", .count, .required),
        MemberShape("bytes_up", .count, .required), MemberShape("bytes_down", .count, .required),
        MemberShape("streams_opened", .count, .required), MemberShape("final", .flag), MemberShape("ended_at", .time),
        MemberShape("close_reason", .text(TextForm()))
    ).named("SessionUsage")
}
