import HTTVPSObservability
package import HTTVPSProtocol
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

package final class UsageReporter: Service, Sendable {
    private static let journalInterval = Duration.seconds(1)
    private static let shortestPause = Duration.milliseconds(50)

    private struct State: Sendable {
        var ledger: UsageLedger
        var meters: [String: UsageMeter] = [:]
        var urgent: Set<String> = []
    }

    package let epoch: String
    private let controlPlane: any ControlPlane
    private let journal: UsageJournal
    private let registry: any SessionRegistry
    private let metrics: GatewayMetrics
    private let logger: Logger
    private let retention: TimeAmount
    private let state: Mutex<State>
    private let wakeup = Wakeup()

    package init(
        controlPlane: any ControlPlane, journal: UsageJournal, registry: any SessionRegistry, retention: Duration,
        metrics: GatewayMetrics, logger: Logger
    ) {
        epoch = RequestID.make()
        self.controlPlane = controlPlane
        self.journal = journal
        self.registry = registry
        self.retention = TimeAmount(retention)
        self.metrics = metrics
        self.logger = logger
        state = Mutex(State(ledger: UsageLedger(epoch: epoch, recovered: journal.recovered)))
    }

    package var openSessions: [String] { state.withLock { $0.ledger.openSessions } }

    package func openSession(sessionID: String, limits: SessionLimits) -> (meter: UsageMeter, lease: ByteLease) {
        let first = LeaseGrant(
            sessionID: sessionID, bytes: limits.leaseBytes, seconds: limits.leaseSeconds, countedFrom: 0)
        return state.withLock { state in
            let lease = state.ledger.open(sessionID: sessionID, lease: first)
            let meter = state.meters[sessionID] ?? UsageMeter(sessionID: sessionID)
            state.meters[sessionID] = meter
            return (meter, ByteLease(bytes: lease.bytes, seconds: lease.seconds, countedFrom: lease.countedFrom))
        }
    }

    package func endSession(sessionID: String, reason: String) {
        let timestamp = Timestamp.now().description
        state.withLock { state in
            state.ledger.end(sessionID: sessionID, reason: reason, timestamp: timestamp, at: .now())
            state.urgent.insert(sessionID)
        }
        wakeup.ring()
    }

    package func reportSoon(sessionID: String) {
        state.withLock { _ = $0.urgent.insert(sessionID) }
        wakeup.ring()
    }

    package func run() async throws {
        await onThread("compact") { [self] journal in
            try journal.compact(ifLargerThan: 0) { state.withLock { $0.ledger.unsettledEntries } }
        }
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.keepJournal() }
                group.addTask { await self.keepReporting() }
            }
        }
        await finish()
    }

    private func keepJournal() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.journalInterval)
            await write(issue(.news))
        }
    }

    private func keepReporting() async {
        var policy = RetryPolicy(longest: .seconds(10))
        var interval = Duration.seconds(10)
        var nextRound = ContinuousClock.now
        while !Task.isCancelled {
            do {
                if ContinuousClock.now >= nextRound {
                    interval = try await report(.round) ?? interval
                    nextRound = .now + interval
                } else {
                    _ = try await report(.sessions(takeUrgent()))
                }
                policy.succeeded()
                try? await Task.sleep(for: Self.shortestPause)
                await wakeup.wait(atMost: max(.zero, nextRound - .now))
            } catch {
                nextRound = .now
                try? await Task.sleep(for: policy.failed(retryAfter: error.retryAfter, random: .random(in: 0..<1)))
            }
        }
    }

    private func takeUrgent() -> Set<String> {
        state.withLock { state in
            defer { state.urgent = [] }
            return state.urgent
        }
    }

    private func finish() async {
        for attempt in 1...3 {
            do {
                _ = try await report(.round)
                break
            } catch {
                logger.warning(
                    "the last usage report has not reached the backend",
                    metadata: .fields([.attempt: .number(attempt), .code: .string(error.code.rawValue)]))
                if error.code == .unauthenticated { break }
            }
        }
        await onThread("synchronize") { journal in try journal.synchronize() }
    }

    private func report(_ scope: UsageLedger.Scope) async throws(ControlPlaneError) -> Duration? {
        await write(issue(scope))
        var next: Duration?
        for request in state.withLock({ $0.ledger.due(scope) }) {
            next = try await send(request)
        }
        settleUp()
        return next
    }

    private func send(_ request: UsageReportRequest) async throws(ControlPlaneError) -> Duration {
        do {
            let response = try await controlPlane.reportUsage(request)
            metrics.usageReports[.accepted].increment()
            await perform(state.withLock { $0.ledger.answered(request, response) })
            return .seconds(min(max(1, response.nextReportAfterSeconds), 30))
        } catch {
            metrics.usageReports[.failed].increment()
            if error.code == .unauthenticated { registry.endAllSessions(reason: "revoked") }
            if error.code == .rejected { await perform(state.withLock { $0.ledger.rejected(request) }) }
            settleUp()
            throw error
        }
    }

    private func perform(_ outcome: UsageLedger.OnAnswered) async {
        await write(outcome.entries)
        for grant in outcome.grants { registry.grantLease(grant) }
        for revocation in outcome.revocations {
            registry.revoke(sessionID: revocation.sessionID, reason: revocation.reason)
        }
        for usage in outcome.lost {
            logger.error(
                "the backend does not take a usage report",
                metadata: .fields([
                    .sessionID: .string(usage.sessionID), .sequence: .number(usage.seq),
                    .bytesUp: .number(usage.bytesUp), .bytesDown: .number(usage.bytesDown),
                ]))
        }
    }

    private func settleUp() {
        let pending = state.withLock { state in
            for sessionID in state.ledger.forget(endedBefore: .now() - retention) { state.meters[sessionID] = nil }
            return state.ledger.pendingCount
        }
        metrics.usagePending.set(Int64(pending))
    }

    private func issue(_ scope: UsageLedger.Scope) -> [JournalEntry] {
        state.withLock { state in
            for (sessionID, meter) in state.meters {
                state.ledger.observe(sessionID: sessionID, counters: meter.counters)
            }
            return state.ledger.issue(scope)
        }
    }

    private func write(_ entries: [JournalEntry]) async {
        if entries.isEmpty { return }
        await onThread("append") { [self] journal in
            try journal.append(entries)
            try journal.compact { state.withLock { $0.ledger.unsettledEntries } }
        }
    }

    private func onThread(_ step: String, _ work: @escaping @Sendable (UsageJournal) throws -> Void) async {
        do {
            try await NIOThreadPool.singleton.runIfActive { [journal] in try work(journal) }
        } catch {
            logger.error(
                "the usage journal cannot be kept",
                metadata: .fields([.method: .string(step), .error: .string("\(error)")]))
        }
    }
}
