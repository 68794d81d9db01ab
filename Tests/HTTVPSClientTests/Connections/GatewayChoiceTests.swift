import HTTVPSProtocol
import Testing

@testable import HTTVPSClient

@Suite("The choice among several gateways")
struct GatewayChoiceTests {
    let start = ContinuousClock.now
    let first = GatewayAddress(host: "a.test", port: 443, path: "/ws", isSecure: true)
    let second = GatewayAddress(host: "b.test", port: 443, path: "/ws", isSecure: true)
    let third = GatewayAddress(host: "c.test", port: 443, path: "/ws", isSecure: true)

    var choice: GatewayChoice { GatewayChoice([first, second, third]) }

    @Test("follows the order that was given, past those that failed")
    func order() {
        var choice = choice
        #expect(choice.next(now: start) == first)
        choice.failed(first, now: start)
        #expect(choice.next(now: start) == second)
        choice.failed(second, now: start)
        #expect(choice.next(now: start) == third)
        #expect(choice.movesOn(from: second, now: start) && !choice.movesOn(from: third, now: start))
        choice.failed(third, now: start)
        #expect(!choice.movesOn(from: third, now: start))
    }

    @Test("takes the one that rests the shortest where all failed")
    func allFailed() {
        var choice = choice
        for gateway in [first, first, second, third] { choice.failed(gateway, now: start) }
        #expect(choice.next(now: start) == second)
        choice.failed(second, now: start)
        #expect(choice.next(now: start) == third)
    }

    @Test("stays with the last good one for a while, then goes back to the preferred one")
    func stays() {
        var choice = choice
        choice.failed(first, now: start)
        choice.worked(second, now: start)
        let later = start + .seconds(60)
        #expect(choice.next(now: later) == second)
        choice.worked(second, now: later)
        #expect(choice.next(now: start + GatewayChoice.staysFor) == first)
    }

    @Test("lets a gateway rest longer with every failure, and forgets them with a success")
    func rests() {
        var choice = choice
        choice.failed(first, now: start)
        #expect(choice.next(now: start + .seconds(4)) == second)
        #expect(choice.next(now: start + .seconds(5)) == first)
        let again = start + .seconds(5)
        choice.failed(first, now: again)
        #expect(choice.next(now: again + .seconds(9)) == second)
        #expect(choice.next(now: again + .seconds(10)) == first)
        for _ in 0..<40 { choice.failed(first, now: again) }
        #expect(choice.next(now: again + GatewayChoice.longestRest) == first)
        choice.worked(first, now: again)
        #expect(choice.next(now: again) == first)
    }

    @Test("counts against a gateway only what is its own fault")
    func faults() {
        let mine: [SessionEnd] = [
            .unreachable("no"), .refused(reason: "overloaded"), .refused(reason: "draining"), .lost("soon"),
            .closed(code: 1001, reason: ""),
        ]
        let others: [SessionEnd] = [.stopped, .refused(reason: "token_expired"), .refused(reason: "session_limit")]
        for (ends, expected) in [(mine, second), (others, first)] {
            for end in ends {
                var choice = choice
                choice.note(end, of: first, lasted: .zero, now: start)
                #expect(choice.next(now: start) == expected)
            }
        }
        var choice = choice
        choice.note(.lost("after an hour"), of: first, lasted: .seconds(3_600), now: start)
        #expect(choice.next(now: start) == first)
        choice.note(.ended(code: "draining", message: ""), of: first, lasted: .seconds(3_600), now: start)
        #expect(choice.next(now: start) == second)
        choice.note(.lost("after a minute"), of: second, lasted: .seconds(60), now: start + .seconds(60))
        #expect(choice.next(now: start + .seconds(60)) == second)
        choice.note(.lost("after an hour"), of: second, lasted: .seconds(3_600), now: start + .seconds(3_660))
        #expect(choice.next(now: start + .seconds(3_660)) == first)
    }
}
