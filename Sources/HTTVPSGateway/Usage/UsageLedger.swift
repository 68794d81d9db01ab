package import HTTVPSProtocol
package import NIOCore

package struct UsageLedger: Sendable {
    package struct OnAnswered: Equatable, Sendable {
        package var grants: [LeaseGrant] = []
        package var revocations: [SessionRevocation] = []
        package var lost: [SessionUsage] = []
    }

    package enum Scope: Equatable, Sendable {
        case round
        case sessions(Set<String>)
    }

    package let epoch: String
    private var accounts: [String: UsageAccount] = [:]
    private var earlier: EarlierUsage
    private var batchLimit = UsageReportRequest.maximumReports

    package init(epoch: String, recovered: [RecoveredUsage] = []) {
        self.epoch = epoch
        earlier = EarlierUsage(recovered)
    }

    package var openSessions: [String] { accounts.filter(\.value.isOpen).map(\.key).sorted() }

    package var pendingCount: Int { accounts.values.count(where: \.isDue) + earlier.count }

    package var earlierCount: Int { earlier.count }

    package var unreportedBytes: Int64 {
        accounts.values.reduce(earlier.bytes) { $0 + $1.unreportedBytes }
    }

    package mutating func open(sessionID: String, lease: LeaseGrant) -> LeaseGrant {
        var account = accounts[sessionID] ?? UsageAccount(sessionID: sessionID, lease: lease)
        account.reopen()
        accounts[sessionID] = account
        return account.lease
    }

    package mutating func observe(sessionID: String, counters: SessionCounters) {
        accounts[sessionID]?.counters = counters
    }

    package mutating func end(sessionID: String, reason: String, timestamp: String, at now: NIODeadline) {
        accounts[sessionID]?.end(UsageAccount.End(reason: reason, timestamp: timestamp, at: now))
    }

    package mutating func issue(_ scope: Scope) -> [SessionUsage] {
        sessions(in: scope).compactMap { accounts[$0]?.issue() }
    }

    package func due(_ scope: Scope = .round) -> [UsageReportRequest] {
        let current = sessions(in: scope).sorted().compactMap { sessionID in
            accounts[sessionID].flatMap { $0.isDue ? $0.issued : nil }
        }
        let all = [(epoch: epoch, reports: current)] + (scope == .round ? earlier.due : [])
        return all.flatMap { epoch, reports in
            stride(from: 0, to: reports.count, by: batchLimit).map { start in
                UsageReportRequest(
                    epoch: epoch, reports: Array(reports[start..<min(reports.count, start + batchLimit)]))
            }
        }
    }

    package mutating func answered(_ request: UsageReportRequest, _ response: UsageReportResponse) -> OnAnswered {
        batchLimit = UsageReportRequest.maximumReports
        var outcome = OnAnswered()
        outcome.revocations = response.revoke
        let statuses = Dictionary(
            response.results.compactMap { result in result.sessionID.map { ($0, result) } },
            uniquingKeysWith: { first, _ in first })
        for report in request.reports {
            guard let result = statuses[report.sessionID], result.seq == report.seq else { continue }
            settle(report, result.status, epoch: request.epoch, &outcome)
        }
        if request.epoch == epoch { outcome.grants = response.leases.compactMap { grant($0) } }
        return outcome
    }

    package mutating func rejected(_ request: UsageReportRequest) -> OnAnswered {
        var outcome = OnAnswered()
        if request.reports.count > 1 {
            batchLimit = request.reports.count / 2
        } else {
            for report in request.reports { drop(report, epoch: request.epoch, &outcome) }
        }
        return outcome
    }

    package mutating func forget(endedBefore deadline: NIODeadline) -> [String] {
        let old = accounts.filter { $0.value.isSettled && ($0.value.endedAt ?? .distantFuture) < deadline }.map(\.key)
        for sessionID in old { accounts[sessionID] = nil }
        return old
    }

    package var earlierEpochs: Set<String> { earlier.epochs }

    package var isSettled: Bool { earlier.count == 0 && accounts.values.allSatisfy(\.isSettled) }

    private func sessions(in scope: Scope) -> [String] {
        if case .sessions(let named) = scope { return Array(named) }
        return Array(accounts.keys)
    }

    private mutating func settle(
        _ report: SessionUsage, _ status: UsageReportResponse.Status, epoch: String, _ outcome: inout OnAnswered
    ) {
        switch status {
        case .accepted, .stale:
            if epoch == self.epoch { accounts[report.sessionID]?.accept(report) } else { earlier.remove(report, epoch) }
        case .unknownSession:
            if epoch == self.epoch, accounts[report.sessionID]?.isOpen == true {
                outcome.revocations.append(SessionRevocation(sessionID: report.sessionID, reason: "revoked"))
            }
            drop(report, epoch: epoch, &outcome)
        case .invalid: drop(report, epoch: epoch, &outcome)
        }
    }

    private mutating func drop(_ report: SessionUsage, epoch: String, _ outcome: inout OnAnswered) {
        outcome.lost.append(report)
        if epoch == self.epoch { accounts[report.sessionID]?.skip(report) } else { earlier.remove(report, epoch) }
    }

    private mutating func grant(_ lease: UsageReportResponse.Lease) -> LeaseGrant? {
        accounts[lease.sessionID]?.grant(lease)
    }
}
