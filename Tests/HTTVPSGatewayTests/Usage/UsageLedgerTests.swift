import HTTVPSGateway
import HTTVPSProtocol
import NIOCore
import Testing

struct UsageLedgerTests {
    private let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func lease(_ sessionID: String, _ bytes: Int64? = nil) -> LeaseGrant {
        LeaseGrant(sessionID: sessionID, bytes: bytes, seconds: 30, countedFrom: 0)
    }

    private func answer(
        _ request: UsageReportRequest, _ status: UsageReportResponse.Status,
        leases: [UsageReportResponse.Lease] = [], revoke: [SessionRevocation] = []
    ) -> UsageReportResponse {
        UsageReportResponse(
            results: request.reports.map { .init(sessionID: $0.sessionID, seq: $0.seq, status: status) },
            revoke: revoke, leases: leases, nextReportAfterSeconds: 10)
    }

    @Test("A new session is named once and again only when it has news")
    func news() throws {
        var ledger = UsageLedger(epoch: "e")
        _ = ledger.open(sessionID: "ses_1", lease: lease("ses_1"))
        #expect(ledger.issue(.round).count == 1)
        let first = try #require(ledger.due().first)
        #expect(first.epoch == "e" && first.reports.map(\.seq) == [1])
        _ = ledger.answered(first, answer(first, .accepted))
        #expect(ledger.issue(.round).isEmpty && ledger.due().isEmpty)
        ledger.observe(sessionID: "ses_1", counters: SessionCounters(bytesUp: 5, bytesDown: 7, streamsOpened: 1))
        #expect(ledger.issue(.round).map(\.seq) == [2])
        #expect(ledger.due().first?.reports.first?.bytesDown == 7)
    }

    @Test("A session with a byte lease is named in every round, so that its lease is renewed")
    func renewal() throws {
        var ledger = UsageLedger(epoch: "e")
        _ = ledger.open(sessionID: "ses_1", lease: lease("ses_1", 100))
        _ = ledger.issue(.round)
        let first = try #require(ledger.due().first)
        _ = ledger.answered(first, answer(first, .accepted))
        #expect(ledger.issue(.round).count == 1)
        #expect(ledger.due().first?.reports.map(\.seq) == [2])
    }

    @Test("A lease counts from the counters that the backend has accepted", arguments: [true, false])
    func grants(accepted: Bool) throws {
        var ledger = UsageLedger(epoch: "e")
        _ = ledger.open(sessionID: "ses_1", lease: lease("ses_1", 100))
        ledger.observe(sessionID: "ses_1", counters: SessionCounters(bytesUp: 30, bytesDown: 40))
        _ = ledger.issue(.round)
        let request = try #require(ledger.due().first)
        ledger.observe(sessionID: "ses_1", counters: SessionCounters(bytesUp: 90, bytesDown: 90))
        let granted = [UsageReportResponse.Lease(sessionID: "ses_1", leaseBytes: 50, leaseSeconds: 9)]
        let outcome = ledger.answered(request, answer(request, accepted ? .accepted : .invalid, leases: granted))
        let expected = LeaseGrant(sessionID: "ses_1", bytes: 50, seconds: 9, countedFrom: accepted ? 70 : 0)
        #expect(outcome.grants == [expected])
        #expect(ledger.open(sessionID: "ses_1", lease: lease("ses_1", 1)) == expected)
    }

    @Test("More than a thousand reports are several calls")
    func batches() {
        var ledger = UsageLedger(epoch: "e")
        for index in 0..<2_500 { _ = ledger.open(sessionID: "ses_\(index)", lease: lease("ses_\(index)")) }
        _ = ledger.issue(.round)
        #expect(ledger.due().map(\.reports.count) == [1_000, 1_000, 500])
        #expect(ledger.due(.sessions(["ses_7", "ses_x"])).map { $0.reports.map(\.sessionID) } == [["ses_7"]])
    }

    @Test("A refused call is split until the one bad report is found and given up")
    func poison() {
        var ledger = UsageLedger(epoch: "e")
        for index in 0..<100 { _ = ledger.open(sessionID: "ses_\(index)", lease: lease("ses_\(index)")) }
        _ = ledger.issue(.round)
        var lost: [String] = []
        var calls = 0
        while let request = ledger.due().first(where: { $0.reports.contains { $0.sessionID == "ses_42" } }) {
            calls += 1
            lost += ledger.rejected(request).lost.map(\.sessionID)
        }
        #expect(lost == ["ses_42"])
        #expect(calls < 10)
        #expect(ledger.pendingCount == 99)
    }

    @Test("A session that the backend does not know is revoked, its end is not repeated")
    func unknown() throws {
        var ledger = UsageLedger(epoch: "e")
        _ = ledger.open(sessionID: "ses_1", lease: lease("ses_1"))
        _ = ledger.issue(.round)
        let request = try #require(ledger.due().first)
        let outcome = ledger.answered(request, answer(request, .unknownSession))
        #expect(outcome.revocations == [SessionRevocation(sessionID: "ses_1", reason: "revoked")])
        ledger.end(sessionID: "ses_1", reason: "revoked", timestamp: "t", at: now)
        _ = ledger.issue(.round)
        let last = try #require(ledger.due().first)
        #expect(last.reports.first?.final == true)
        _ = ledger.answered(last, answer(last, .unknownSession))
        #expect(ledger.due().isEmpty && ledger.isSettled)
    }

    @Test("An ended session is kept for a while, so that it can go on under its counters")
    func reopening() throws {
        var ledger = UsageLedger(epoch: "e")
        _ = ledger.open(sessionID: "ses_1", lease: lease("ses_1"))
        ledger.end(sessionID: "ses_1", reason: "gone", timestamp: "t", at: now)
        _ = ledger.issue(.round)
        let last = try #require(ledger.due().first)
        #expect(!ledger.isSettled)
        _ = ledger.answered(last, answer(last, .accepted))
        #expect(ledger.isSettled)
        #expect(ledger.forget(endedBefore: now) == [])
        _ = ledger.open(sessionID: "ses_1", lease: lease("ses_1"))
        #expect(ledger.openSessions == ["ses_1"])
        #expect(ledger.issue(.round).count == 1)
        #expect(ledger.due().first?.reports.first?.seq == 2)
        #expect(ledger.forget(endedBefore: .distantFuture) == [])
        ledger.end(sessionID: "ses_1", reason: "gone", timestamp: "t", at: now)
        _ = ledger.issue(.round)
        let again = try #require(ledger.due().first)
        _ = ledger.answered(again, answer(again, .stale))
        #expect(ledger.forget(endedBefore: now + .seconds(1)) == ["ses_1"])
    }

    @Test(
        "Whatever is lost, repeated or late, and however often the gateway dies, the sums come out exact",
        arguments: 0..<60)
    func exactness(seed: UInt64) {
        var run = UsageSimulation(seed: seed)
        for _ in 0..<400 { run.step() }
        run.settle()
        #expect(run.mistakes == [])
    }
}
