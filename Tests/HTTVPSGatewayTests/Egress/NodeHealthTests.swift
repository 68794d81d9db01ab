import HTTVPSGateway
import HTTVPSProtocol
import NIOCore
import Synchronization
import Testing

@Suite struct NodeHealthTests {
    private final class Changes: Sendable {
        private let seen = Mutex<[String]>([])

        var all: [String] { seen.withLock { $0 } }

        func note(_ nodeID: String, _ phase: CircuitBreaker.Phase) {
            seen.withLock { $0.append("\(nodeID) \(phase.rawValue)") }
        }
    }

    @Test("Heartbeats tell the last connect, its time and the errors since the last heartbeat, then nothing")
    func heartbeats() throws {
        let health = NodeHealth()
        health.reached("a", in: .milliseconds(12))
        health.failed("b")
        health.reached("b", in: .milliseconds(3))
        let told = health.takeHealth()
        #expect(told.map(\.nodeID) == ["a", "b"])
        #expect(told.map(\.ok) == [true, true])
        #expect(told.map(\.connectMilliseconds) == [12, 3])
        #expect(told.map(\.errors) == [0, 1])
        #expect(health.takeHealth().isEmpty)
    }

    @Test("An open breaker is told in every heartbeat, as not ok, until it may be probed")
    func openBreaker() {
        let changes = Changes()
        let health = NodeHealth(onChange: changes.note)
        let past = NIODeadline.now() - .seconds(10)
        for _ in 0..<3 { health.failed("a") }
        for _ in 0..<3 { health.failed("old", at: past) }
        #expect(health.standing(of: "a") == .bad)
        #expect(health.takeHealth().map(\.ok) == [false, false])
        let again = health.takeHealth()
        #expect(again.map(\.nodeID) == ["a"])
        #expect(again.map(\.ok) == [false])
        health.reached("a", in: .milliseconds(1))
        #expect(changes.all == ["a open", "old open", "a closed"])
    }

    @Test("One session cannot take a node from the others, two can show that it is silent")
    func sessions() {
        let health = NodeHealth()
        for target in 1...20 { health.wentUnanswered("a", target: target, session: 1) }
        #expect(health.standing(of: "a") == .good)
        health.wentUnanswered("a", target: 21, session: 2)
        #expect(health.standing(of: "a") == .bad)
        health.renewed("a")
        #expect(health.standing(of: "a") == .good)
    }

    @Test("The hedge waits three usual connect times, at least 100 ms, at most 2 s")
    func hedge() {
        let health = NodeHealth()
        health.reached("near", in: .milliseconds(1))
        health.reached("far", in: .milliseconds(200))
        health.reached("moon", in: .seconds(3))
        #expect(health.hedgeDelay(for: "near") == .milliseconds(100))
        #expect(health.hedgeDelay(for: "far") == .milliseconds(600))
        #expect(health.hedgeDelay(for: "moon") == .seconds(2))
        #expect(health.hedgeDelay(for: "unknown") == .milliseconds(300))
    }

    @Test("The usual connect time follows slowly")
    func average() {
        let health = NodeHealth()
        health.reached("a", in: .milliseconds(100))
        health.reached("a", in: .milliseconds(200))
        #expect(health.roundTrip(to: "a") == .milliseconds(120))
    }
}
