import HTTVPSObservability
package import HTTVPSProtocol
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

package final class UsageReporter: Service, Sendable {
    private static let diskInterval = Duration.seconds(5)
    private static let roomInterval = Duration.seconds(1)
    private static let shortestPause = Duration.milliseconds(50)

    private struct State: Sendable {
        var ledger: UsageLedger
        var meters: [String: UsageMeter] = [:]
        var urgent: Set<String> = []
        var backlog = UsageBacklog()
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
        epoch = journal.epoch
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
            let meter = state.meters[sessionID] ?? journal.open(sessionID)
            meter.reopened()
            state.meters[sessionID] = meter
            return (meter, ByteLease(bytes: lease.bytes, seconds: lease.seconds, countedFrom: lease.countedFrom))
        }
    }

    package func endSession(sessionID: String, reason: String) {
        let time = Timestamp.now()
        state.withLock { state in
            state.ledger.end(sessionID: sessionID, reason: reason, timestamp: time.description, at: .now())
            state.meters[sessionID]?.ended(reason: reason, at: time)
            state.urgent.insert(sessionID)
        }
        wakeup.ring()
    }

    package func reportSoon(sessionID: String) {
        state.withLock { _ = $0.urgent.insert(sessionID) }
        wakeup.ring()
    }

    package func run() async throws {
        for path in journal.unreadable {
            logger.error("a file of the usage journal cannot be read", metadata: .fields([.path: .string(path)]))
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
        var nextToDisk = ContinuousClock.now + Self.diskInterval
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.roomInterval) } catch { return }
            await onThread("extend") { journal in try journal.keepRoom() }
            guard ContinuousClock.now >= nextToDisk else { continue }
            await onThread("synchronize") { journal in try journal.synchronize() }
            nextToDisk = .now + Self.diskInterval
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
        let isSettled = state.withLock { state in
            Self.observe(&state)
            return state.ledger.isSettled
        }
        await onThread("end") { journal in
            if isSettled { journal.discard() } else { try journal.synchronize() }
        }
    }

    private func report(_ scope: UsageLedger.Scope) async throws(ControlPlaneError) -> Duration? {
        issue(scope)
        var next: Duration?
        for request in state.withLock({ $0.ledger.due(scope) }) {
            next = try await send(request)
        }
        await settleUp()
        return next
    }

    private func send(_ request: UsageReportRequest) async throws(ControlPlaneError) -> Duration {
        do {
            let response = try await controlPlane.reportUsage(request)
            metrics.usageReports[.accepted].increment()
            metrics.usageAcceptedAt.set(Timestamp.now().millisecondsSinceEpoch / 1_000)
            perform(state.withLock { $0.ledger.answered(request, response) })
            return .seconds(min(max(1, response.nextReportAfterSeconds), 30))
        } catch {
            metrics.usageReports[.failed].increment()
            if error.code == .unauthenticated { registry.endAllSessions(reason: "revoked") }
            if error.code == .rejected { perform(state.withLock { $0.ledger.rejected(request) }) }
            await settleUp()
            throw error
        }
    }

    private func perform(_ outcome: UsageLedger.OnAnswered) {
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

    private func settleUp() async {
        let (pending, epochs) = state.withLock { state in
            state.backlog.note(pending: state.ledger.pendingCount, at: .now())
            for sessionID in state.ledger.forget(endedBefore: .now() - retention) {
                state.meters.removeValue(forKey: sessionID)?.forgotten()
            }
            return (state.ledger.pendingCount, state.ledger.earlierEpochs)
        }
        metrics.usagePending.set(Int64(pending))
        await onThread("tidy") { journal in journal.remove(epochsOtherThan: epochs) }
    }

    private func issue(_ scope: UsageLedger.Scope) {
        state.withLock { state in
            Self.observe(&state)
            for usage in state.ledger.issue(scope) { state.meters[usage.sessionID]?.issued(seq: usage.seq) }
            state.backlog.note(pending: state.ledger.pendingCount, at: .now())
        }
    }

    var journalSessions: Int { state.withLock { $0.meters.count + $0.ledger.earlierCount } }

    var unreportedBytes: Int64 {
        state.withLock { state in
            Self.observe(&state)
            return state.ledger.unreportedBytes
        }
    }

    var oldestReportAge: Duration { state.withLock { $0.backlog.age(at: .now()) } }

    private static func observe(_ state: inout State) {
        for (sessionID, meter) in state.meters {
            state.ledger.observe(sessionID: sessionID, counters: meter.counters)
        }
    }

    private func onThread(_ step: String, _ work: @escaping @Sendable (UsageJournal) throws -> Void) async {
        do {
            try await NIOThreadPool.singleton.runIfActive { [journal] in try work(journal) }
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "the usage journal cannot be kept",
                metadata: .fields([.method: .string(step), .error: .string("\(error)")]))
        }
    }
}
