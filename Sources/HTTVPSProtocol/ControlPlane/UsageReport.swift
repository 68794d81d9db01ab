package struct UsageReportRequest: Codable, Equatable, Sendable {
    package static let maximumReports = 1_000

    package var epoch: String
    package var reports: [SessionUsage]

    package init(epoch: String, reports: [SessionUsage]) {
        self.epoch = epoch
        self.reports = reports
    }
}

package struct SessionUsage: Codable, Equatable, Sendable {
    package var sessionID: String
    package var seq: Int64
    package var bytesUp: Int64
    package var bytesDown: Int64
    package var streamsOpened: Int64
    package var final: Bool?
    package var endedAt: String?
    package var closeReason: String?

    package init(
        sessionID: String, seq: Int64, bytesUp: Int64, bytesDown: Int64, streamsOpened: Int64, final: Bool? = nil,
        endedAt: String? = nil, closeReason: String? = nil
    ) {
        self.sessionID = sessionID
        self.seq = seq
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.streamsOpened = streamsOpened
        self.final = final
        self.endedAt = endedAt
        self.closeReason = closeReason
    }

    package enum CodingKeys: String, CodingKey {
        case seq, final
        case sessionID = "session_id"
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
        case streamsOpened = "streams_opened"
        case endedAt = "ended_at"
        case closeReason = "close_reason"
    }
}

package struct UsageReportResponse: Codable, Equatable, Sendable {
    package enum Status: String, Codable, Sendable {
        case accepted
        case stale
        case unknownSession = "unknown_session"
        case invalid
    }

    package struct Result: Codable, Equatable, Sendable {
        package var sessionID: String?
        package var seq: Int64?
        package var status: Status

        package init(sessionID: String?, seq: Int64?, status: Status) {
            self.sessionID = sessionID
            self.seq = seq
            self.status = status
        }

        package enum CodingKeys: String, CodingKey {
            case seq, status
            case sessionID = "session_id"
        }
    }

    package struct Lease: Codable, Equatable, Sendable {
        package var sessionID: String
        package var leaseBytes: Int64?
        package var leaseSeconds: Int

        package init(sessionID: String, leaseBytes: Int64?, leaseSeconds: Int) {
            self.sessionID = sessionID
            self.leaseBytes = leaseBytes
            self.leaseSeconds = leaseSeconds
        }

        package enum CodingKeys: String, CodingKey {
            case sessionID = "session_id"
            case leaseBytes = "lease_bytes"
            case leaseSeconds = "lease_sec"
        }
    }

    package var results: [Result]
    package var revoke: [SessionRevocation]
    package var leases: [Lease]
    package var nextReportAfterSeconds: Int

    package init(results: [Result], revoke: [SessionRevocation], leases: [Lease], nextReportAfterSeconds: Int) {
        self.results = results
        self.revoke = revoke
        self.leases = leases
        self.nextReportAfterSeconds = nextReportAfterSeconds
    }

    package enum CodingKeys: String, CodingKey {
        case results, revoke, leases
        case nextReportAfterSeconds = "next_report_after_sec"
    }
}

package struct SessionRevocation: Codable, Equatable, Sendable {
    package var sessionID: String
    package var reason: String

    package init(sessionID: String, reason: String) {
        self.sessionID = sessionID
        self.reason = reason
    }

    package enum CodingKeys: String, CodingKey {
        case reason
        case sessionID = "session_id"
    }
}
