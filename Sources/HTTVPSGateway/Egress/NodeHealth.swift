package import HTTVPSProtocol
package import NIOCore
import Synchronization

package final class NodeHealth: EgressHealth {
    package typealias OnChange = @Sendable (_ nodeID: String, _ phase: CircuitBreaker.Phase) -> Void

    private static let targetsPerSession = 4
    private static let unknownRoundTrip = Duration.milliseconds(100)
    private static let shortestHedge = Duration.milliseconds(100)
    private static let longestHedge = Duration.seconds(2)

    private struct Record {
        var breaker: CircuitBreaker
        var roundTrip: Duration?
        var isReachable = true
        var connectMilliseconds: Int?
        var errors = 0
        var hasNews = false
    }

    private let records = Mutex<[String: Record]>([:])
    private let settings: CircuitBreaker.Settings
    private let onChange: OnChange

    package init(
        settings: CircuitBreaker.Settings = CircuitBreaker.Settings(), onChange: @escaping OnChange = { _, _ in }
    ) {
        var settings = settings
        settings.badTargetsPerSource = Self.targetsPerSession
        self.settings = settings
        self.onChange = onChange
    }

    package func standing(of nodeID: String, at now: NIODeadline = .now()) -> CircuitBreaker.Standing {
        records.withLock { $0[nodeID]?.breaker.standing(at: now) ?? .good }
    }

    package func isUsable(_ nodeID: String, at now: NIODeadline = .now()) -> Bool {
        records.withLock { records in
            guard let record = records[nodeID] else { return true }
            return record.isReachable && record.breaker.standing(at: now) != .bad
        }
    }

    package func beginProbe(of nodeID: String, at now: NIODeadline = .now()) {
        change(nodeID) { $0.breaker.beginProbe(at: now) }
    }

    package func roundTrip(to nodeID: String) -> Duration {
        records.withLock { $0[nodeID]?.roundTrip } ?? Self.unknownRoundTrip
    }

    package func hedgeDelay(for nodeID: String) -> Duration {
        min(max(Self.shortestHedge, roundTrip(to: nodeID) * 3), Self.longestHedge)
    }

    package func reached(_ nodeID: String, in duration: Duration) {
        change(nodeID) { record in
            record.breaker.connected()
            record.roundTrip = record.roundTrip.map { $0 * 0.8 + duration * 0.2 } ?? duration
            record.isReachable = true
            record.connectMilliseconds = duration.wholeMilliseconds
            record.hasNews = true
        }
    }

    package func failed(_ nodeID: String, at now: NIODeadline = .now()) {
        change(nodeID) { record in
            record.breaker.connectFailed(at: now)
            record.isReachable = false
            record.errors += 1
            record.hasNews = true
        }
    }

    package func answered(_ nodeID: String, target: Int, session: Int, at now: NIODeadline = .now()) {
        change(nodeID) { $0.breaker.answered(target: target, source: session, at: now) }
    }

    package func wentUnanswered(_ nodeID: String, target: Int, session: Int, at now: NIODeadline = .now()) {
        change(nodeID) { $0.breaker.wentUnanswered(target: target, source: session, at: now) }
    }

    package func renewed(_ nodeID: String) {
        change(nodeID) { $0.breaker = CircuitBreaker(settings: settings) }
    }

    package func takeHealth() -> [HeartbeatRequest.Egress] {
        let now = NIODeadline.now()
        let news = records.withLock { records in
            let news = records.filter { $0.value.hasNews || $0.value.breaker.standing(at: now) == .bad }
            for nodeID in news.keys {
                records[nodeID]?.hasNews = false
                records[nodeID]?.errors = 0
                records[nodeID]?.connectMilliseconds = nil
            }
            return news
        }
        return news.sorted { $0.key < $1.key }.map { nodeID, record in
            HeartbeatRequest.Egress(
                nodeID: nodeID, ok: record.isReachable && record.breaker.standing(at: now) != .bad,
                connectMilliseconds: record.connectMilliseconds, errors: record.errors)
        }
    }

    private func change(_ nodeID: String, _ body: (inout Record) -> Void) {
        let (before, after) = records.withLock { records in
            let before = records[nodeID]?.breaker.phase ?? .closed
            body(&records[nodeID, default: Record(breaker: CircuitBreaker(settings: settings))])
            return (before, records[nodeID]?.breaker.phase ?? .closed)
        }
        if before != after { onChange(nodeID, after) }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
