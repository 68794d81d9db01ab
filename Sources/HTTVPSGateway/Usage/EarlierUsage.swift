import HTTVPSProtocol

struct EarlierUsage: Sendable {
    private var reports: [String: [String: SessionUsage]] = [:]

    init(_ entries: [JournalEntry]) {
        var settled: [String: [String: Int64]] = [:]
        for entry in entries {
            switch entry {
            case .usage(let epoch, let usage):
                let known = reports[epoch]?[usage.sessionID]
                if (known?.seq ?? 0) < usage.seq { reports[epoch, default: [:]][usage.sessionID] = usage }
            case .settled(let epoch, let sessionID, let seq):
                settled[epoch, default: [:]][sessionID] = max(seq, settled[epoch]?[sessionID] ?? 0)
            }
        }
        for (epoch, sessions) in reports {
            let open = sessions.filter { $0.value.seq > settled[epoch]?[$0.key] ?? 0 }
            reports[epoch] = open.isEmpty ? nil : open.mapValues(Self.final)
        }
    }

    var count: Int { reports.values.reduce(0) { $0 + $1.count } }

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

    private static func final(_ usage: SessionUsage) -> SessionUsage {
        if usage.final == true { return usage }
        var last = usage
        last.seq += 1
        last.final = true
        last.closeReason = "gateway_restart"
        return last
    }
}

extension JournalEntry {
    var epoch: String {
        switch self {
        case .usage(let epoch, _), .settled(let epoch, _, _): epoch
        }
    }

    static func settled(_ report: SessionUsage, epoch: String) -> JournalEntry {
        .settled(epoch: epoch, sessionID: report.sessionID, seq: report.seq)
    }
}
