import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite("The rules of an association")
struct DatagramRulesTests {
    private static func time(_ seconds: UInt64) -> NIODeadline { .uptimeNanoseconds(seconds * 1_000_000_000) }

    private static func rules() -> DatagramRules {
        DatagramRules(idle: .seconds(60), maxPayload: 100, at: time(0))
    }

    @Test("pass a datagram that is allowed and for which traffic is left")
    func up() {
        var rules = Self.rules()
        #expect(rules.up(10, isAllowed: true, allowance: 10, at: Self.time(1)) == .pass)
        #expect(rules.up(11, isAllowed: true, allowance: 10, at: Self.time(1)) == .drop)
        let end = rules.up(1, isAllowed: false, allowance: 10, at: Self.time(1))
        guard case .end(.deniedByPolicy, _) = end else {
            Issue.record("a denied target got \(end)")
            return
        }
    }

    @Test("drop what cannot be sent down")
    func down() {
        var rules = Self.rules()
        #expect(rules.down(100, isWritable: true, allowance: .max, at: Self.time(1)) == .pass)
        #expect(rules.down(101, isWritable: true, allowance: .max, at: Self.time(1)) == .drop)
        #expect(rules.down(1, isWritable: false, allowance: .max, at: Self.time(1)) == .drop)
        #expect(rules.down(2, isWritable: true, allowance: 1, at: Self.time(1)) == .drop)
    }

    @Test("end an association after a minute without a datagram either way")
    func idle() {
        var rules = Self.rules()
        #expect(rules.timer(at: Self.time(0)) == .wait(until: Self.time(60)))
        _ = rules.up(1, isAllowed: true, allowance: 1, at: Self.time(30))
        #expect(rules.timer(at: Self.time(60)) == .wait(until: Self.time(90)))
        _ = rules.down(1, isWritable: true, allowance: 1, at: Self.time(80))
        #expect(rules.timer(at: Self.time(139)) == .wait(until: Self.time(140)))
        #expect(rules.timer(at: Self.time(140)) == .end(.idleTimeout, message: "no datagram came for too long"))
    }
}
