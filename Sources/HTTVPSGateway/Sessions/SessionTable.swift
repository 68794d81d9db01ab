import HTTVPSObservability
import HTTVPSProtocol
package import NIOCore
import Synchronization

package final class SessionTable: SessionRegistry {
    struct Entry: Sendable {
        let number: UInt64
        let loop: any EventLoop
        let session: NIOLoopBound<Session>

        func perform(_ work: @escaping @Sendable (Session) -> Void) {
            loop.execute { work(session.value) }
        }
    }

    private struct State {
        var maxSessions: Int
        var drainGrace: TimeAmount
        var entries: [String: Entry] = [:]
        var waitingSince: [String: NIODeadline] = [:]
        var isMakingRoom = false
        var nextNumber: UInt64 = 1
        var drainDeadline: NIODeadline?
        var isDrainRequested = false
        var waiters: [CheckedContinuation<Void, Never>] = []

        var isDraining: Bool { drainDeadline != nil || isDrainRequested }
    }

    private let state: Mutex<State>
    private let onRevoked = Mutex<@Sendable (String) -> Void>({ _ in })

    package init(maxSessions: Int, drainGrace: TimeAmount) {
        state = Mutex(State(maxSessions: maxSessions, drainGrace: drainGrace))
    }

    package func limit(maxSessions: Int, drainGrace: TimeAmount) {
        state.withLock { state in
            state.maxSessions = maxSessions
            state.drainGrace = drainGrace
        }
    }

    package var count: Int { state.withLock { $0.entries.count } }

    package var isDraining: Bool { state.withLock { $0.isDraining } }

    func register(on registry: PrometheusRegistry) {
        registry.gauge("httvps_gateway_sessions_max", help: "Sessions that the gateway may hold.") {
            [weak self] in Double(self?.state.withLock { $0.maxSessions } ?? 0)
        }
        registry.gauge("httvps_gateway_draining", help: "1 while the gateway takes no new sessions, else 0.") {
            [weak self] in self?.isDraining == true ? 1 : 0
        }
    }

    package func whenRevoked(_ call: @escaping @Sendable (String) -> Void) { onRevoked.withLock { $0 = call } }

    var refusal: RefusalReason? {
        state.withLock { state in
            if state.isDraining { return .draining }
            return state.entries.count >= state.maxSessions ? .overloaded : nil
        }
    }

    func add(_ session: Session) -> NIODeadline? {
        let bound = NIOLoopBound(session, eventLoop: session.loop)
        let (number, earlier, drainAt) = state.withLock { state in
            let number = state.nextNumber
            state.nextNumber += 1
            let entry = Entry(number: number, loop: session.loop, session: bound)
            state.waitingSince[session.grant.sessionID] = nil
            let earlier = state.entries.updateValue(entry, forKey: session.grant.sessionID)
            return (number, earlier, state.drainDeadline)
        }
        session.number = number
        earlier?.perform { $0.drop() }
        return drainAt
    }

    func remove(_ sessionID: String, number: UInt64) -> Bool {
        let (isMine, waiters) = state.withLock { state in
            guard state.entries[sessionID]?.number == number else {
                return (false, [CheckedContinuation<Void, Never>]())
            }
            state.entries[sessionID] = nil
            state.waitingSince[sessionID] = nil
            guard state.entries.isEmpty else { return (true, []) }
            defer { state.waiters = [] }
            return (true, state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        return isMine
    }

    package func revoke(sessionID: String, reason: String) {
        onRevoked.withLock { $0 }(sessionID)
        entry(sessionID)?.perform { $0.revoke(reason) }
    }

    package func grantLease(_ grant: LeaseGrant) {
        entry(grant.sessionID)?.perform { $0.grantLease(grant) }
    }

    package func endAllSessions(reason: String) {
        for sessionID in state.withLock({ Array($0.entries.keys) }) { revoke(sessionID: sessionID, reason: reason) }
    }

    package func setDrainRequested(_ requested: Bool) {
        let entries = state.withLock { state in
            defer { state.isDrainRequested = requested }
            return requested && !state.isDraining ? Array(state.entries.values) : []
        }
        let deadline = NIODeadline.now() + state.withLock { $0.drainGrace }
        for entry in entries { entry.perform { $0.drain(until: deadline) } }
    }

    package func drain() async {
        let deadline = NIODeadline.now() + state.withLock { $0.drainGrace }
        let entries = state.withLock { state in
            state.drainDeadline = deadline
            return Array(state.entries.values)
        }
        for entry in entries { entry.perform { $0.drain(until: deadline) } }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.entries.isEmpty { state.waiters.append(continuation) }
                return state.entries.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }

    func entry(_ sessionID: String) -> Entry? { state.withLock { $0.entries[sessionID] } }

    func setWaiting(_ sessionID: String, number: UInt64, since: NIODeadline?) {
        state.withLock { state in
            if state.entries[sessionID]?.number == number { state.waitingSince[sessionID] = since }
        }
    }

    package func makeRoom(in memory: MemoryBudget) {
        let entry = state.withLock { state -> Entry? in
            guard !state.isMakingRoom, let longest = state.waitingSince.min(by: { $0.value < $1.value }) else {
                return nil
            }
            state.isMakingRoom = true
            return state.entries[longest.key]
        }
        entry?.perform { session in
            session.endForMemory()
            self.state.withLock { $0.isMakingRoom = false }
            if memory.isExceeded { self.makeRoom(in: memory) }
        }
    }
}
