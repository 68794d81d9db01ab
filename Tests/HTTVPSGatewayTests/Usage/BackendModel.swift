import HTTVPSProtocol

struct BackendModel {
    private struct Key: Hashable {
        var session: String
        var epoch: String
    }

    private var highest: [Key: SessionUsage] = [:]
    private(set) var ended: Set<String> = []
    private(set) var seen: Set<String> = []

    mutating func take(_ request: UsageReportRequest) -> UsageReportResponse {
        let results = request.reports.map { report -> UsageReportResponse.Result in
            let key = Key(session: report.sessionID, epoch: request.epoch)
            let known = highest[key]
            var status = UsageReportResponse.Status.accepted
            if report.seq <= known?.seq ?? 0 {
                status = .stale
            } else if report.bytesUp < known?.bytesUp ?? 0 || report.bytesDown < known?.bytesDown ?? 0 {
                status = .invalid
            } else {
                highest[key] = report
                seen.insert(report.sessionID)
                if report.final == true { ended.insert(report.sessionID) }
            }
            return .init(sessionID: report.sessionID, seq: report.seq, status: status)
        }
        return UsageReportResponse(results: results, revoke: [], leases: [], nextReportAfterSeconds: 10)
    }

    func total(of session: String) -> Totals {
        highest.filter { $0.key.session == session }.values.reduce(into: Totals()) {
            $0.up += $1.bytesUp
            $0.down += $1.bytesDown
            $0.streams += $1.streamsOpened
        }
    }

    struct Totals: Equatable {
        var up: Int64 = 0
        var down: Int64 = 0
        var streams: Int64 = 0
    }
}
