import HTTVPSProtocol

struct EarlierUsage: Sendable {
    private var reports: [String: [String: SessionUsage]] = [:]

    init(_ recovered: [RecoveredUsage]) {
        for item in recovered { reports[item.epoch, default: [:]][item.usage.sessionID] = item.usage }
    }

    var count: Int { reports.values.reduce(0) { $0 + $1.count } }

    var bytes: Int64 {
        reports.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.bytesUp + $1.bytesDown } }
    }

    var epochs: Set<String> { Set(reports.keys) }

    var due: [(epoch: String, reports: [SessionUsage])] {
        reports.sorted { $0.key < $1.key }.map { epoch, sessions in
            (epoch: epoch, reports: sessions.values.sorted { $0.sessionID < $1.sessionID })
        }
    }

    mutating func remove(_ report: SessionUsage, _ epoch: String) {
        guard let known = reports[epoch]?[report.sessionID], known.seq <= report.seq else { return }
        reports[epoch]?[report.sessionID] = nil
        if reports[epoch]?.isEmpty == true { reports[epoch] = nil }
    }
}
