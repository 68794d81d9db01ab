import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("Keepalive")
struct KeepaliveTests {
    static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test("pings within the agreed time, not with a fixed period")
    func pings() {
        var keepalive = Keepalive(seconds: 10, now: Self.start, jitter: 0)
        var now = keepalive.next
        var gaps: [Int64] = []
        for step in 0..<20 {
            _ = keepalive.hear(now: now)
            switch keepalive.timer(now: now, jitter: Double(step % 5) / 4) {
            case .ping:
                _ = keepalive.hear(now: now)
                gaps.append((keepalive.next - now).nanoseconds)
                now = keepalive.next
            case .wait(let next): now = next
            case .doubt, .dead: Issue.record("the gateway was heard")
            }
        }
        #expect(gaps.allSatisfy { $0 >= 4_000_000_000 && $0 < 10_000_000_000 })
        #expect(Set(gaps).count > 3)
    }

    @Test("says nothing while data flows anyway")
    func data() {
        var keepalive = Keepalive(seconds: 10, now: Self.start, jitter: 0)
        var now = Self.start
        for _ in 0..<100 {
            now = now + .seconds(1)
            keepalive.say(now: now)
            _ = keepalive.work(now: now)
            _ = keepalive.hear(now: now)
            guard case .wait(let due) = keepalive.timer(now: now, jitter: 0) else {
                Issue.record("a ping although something was said just now")
                return
            }
            #expect(due > now)
        }
    }

    @Test("asks soon when traffic stops, once")
    func quiet() {
        var keepalive = Keepalive(seconds: 25, now: Self.start, jitter: 1)
        #expect(keepalive.next == Self.start + .seconds(20))
        let isFirst = keepalive.work(now: Self.start + .seconds(1))
        let isSecond = keepalive.work(now: Self.start + .seconds(2))
        #expect(isFirst && !isSecond)
        #expect(keepalive.next == Self.start + .milliseconds(4_500))
        guard case .ping = keepalive.timer(now: Self.start + .milliseconds(4_500), jitter: 0) else {
            Issue.record("no ping")
            return
        }
        _ = keepalive.hear(now: Self.start + .milliseconds(4_600))
        #expect(keepalive.next == Self.start + .milliseconds(14_500))
    }

    @Test("doubts a gateway that leaves a ping unanswered, until it is heard again")
    func doubt() {
        var keepalive = Keepalive(seconds: 25, now: Self.start, jitter: 0)
        let asked = Self.start + .seconds(10)
        guard case .ping(let next) = keepalive.timer(now: asked, jitter: 0) else {
            Issue.record("no ping")
            return
        }
        #expect(next == asked + .seconds(5))
        guard case .doubt = keepalive.timer(now: next, jitter: 0) else {
            Issue.record("no doubt")
            return
        }
        #expect(keepalive.isDoubted)
        let recovered = keepalive.hear(now: next + .seconds(1))
        #expect(recovered && !keepalive.isDoubted)
        let again = keepalive.hear(now: next + .seconds(2))
        #expect(!again)
    }

    @Test("gives up on a gateway that was silent for twice the time")
    func silence() {
        var keepalive = Keepalive(seconds: 10, now: Self.start, jitter: 0)
        #expect(keepalive.timer(now: Self.start + .seconds(20), jitter: 0) == .dead)
    }
}
