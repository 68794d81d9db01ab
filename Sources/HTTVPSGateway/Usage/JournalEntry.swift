package import HTTVPSProtocol

package enum JournalEntry: Equatable, Sendable {
    case usage(epoch: String, SessionUsage)
    case settled(epoch: String, sessionID: String, seq: Int64)
}

extension JournalEntry: Codable {
    private enum CodingKeys: String, CodingKey {
        case epoch, usage, session, settled
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let epoch = try members.decode(String.self, forKey: .epoch)
        if let usage = try members.decodeIfPresent(SessionUsage.self, forKey: .usage) {
            self = .usage(epoch: epoch, usage)
        } else {
            self = .settled(
                epoch: epoch, sessionID: try members.decode(String.self, forKey: .session),
                seq: try members.decode(Int64.self, forKey: .settled))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .usage(let epoch, let usage):
            try members.encode(epoch, forKey: .epoch)
            try members.encode(usage, forKey: .usage)
        case .settled(let epoch, let sessionID, let seq):
            try members.encode(epoch, forKey: .epoch)
            try members.encode(sessionID, forKey: .session)
            try members.encode(seq, forKey: .settled)
        }
    }
}
