import HTTVPSProtocol

struct UsageLedger: Sendable {
    typealias Status = UsageReportResponse.Status

    private var marks: [String: UsageMark]
    private let sessions: Set<String>
    private var advancesBySession: [String: UsageAdvance] = [:]

    init(sessions: Set<String>, marks: [String: UsageMark]) {
        self.sessions = sessions
        self.marks = marks
    }

    var advances: [UsageAdvance] { advancesBySession.values.sorted { $0.sessionID < $1.sessionID } }

    mutating func take(_ item: UsageItem?) -> Status {
        guard let item else { return .invalid }
        guard sessions.contains(item.sessionID) else { return .unknownSession }
        let last = marks[item.sessionID]
        if let last {
            guard item.mark.sequence > last.sequence else { return .stale }
            guard item.mark.isNotBelow(last) else { return .invalid }
        }
        let advance = UsageAdvance(item, since: last)
        marks[item.sessionID] = item.mark
        if advancesBySession[item.sessionID]?.follow(advance) == nil { advancesBySession[item.sessionID] = advance }
        return .accepted
    }
}

extension UsageMark {
    fileprivate func isNotBelow(_ other: UsageMark) -> Bool {
        bytesUp >= other.bytesUp && bytesDown >= other.bytesDown && streamsOpened >= other.streamsOpened
    }
}
