import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("Keepalive")
struct KeepaliveTests {
    static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test("pings within the agreed time, not with a fixed period")
    func pings() {
        var keepalive = Keepalive(seconds: 10, now: Self.start)
        var now = keepalive.first(jitter: 0)
        var gaps: [Int64] = []
        for step in 0..<20 {
            keepalive.hear(now: now)
            switch keepalive.timer(now: now, jitter: Double(step % 5) / 4) {
            case .ping(let next):
                gaps.append((next - now).nanoseconds)
                now = next
            case .wait(let next): now = next
            case .dead: Issue.record("the gateway was heard")
            }
        }
        #expect(gaps.allSatisfy { $0 >= 4_000_000_000 && $0 < 10_000_000_000 })
        #expect(Set(gaps).count > 3)
    }

    @Test("says nothing while data flows anyway")
    func data() {
        var keepalive = Keepalive(seconds: 10, now: Self.start)
        let now = Self.start + .seconds(8)
        keepalive.say(now: now - .seconds(1))
        keepalive.hear(now: now)
        guard case .wait(let due) = keepalive.timer(now: now, jitter: 0) else {
            Issue.record("a ping although something was said a second ago")
            return
        }
        #expect(due > now)
    }

    @Test("gives up on a gateway that was silent for twice the time")
    func silence() {
        var keepalive = Keepalive(seconds: 10, now: Self.start)
        #expect(keepalive.timer(now: Self.start + .seconds(20), jitter: 0) == .dead)
    }
}
