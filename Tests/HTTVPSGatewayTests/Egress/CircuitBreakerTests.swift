import HTTVPSGateway
import NIOCore
import Testing

@Suite struct CircuitBreakerTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func opened(by failures: Int = 3) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<failures { breaker.connectFailed(at: start) }
        return breaker
    }

    @Test("Two failed connects do not open it, the third in a row does, and one success starts the count anew")
    func connects() {
        var breaker = opened(by: 2)
        #expect(breaker.phase == .closed)
        breaker.connected()
        breaker.connectFailed(at: start)
        breaker.connectFailed(at: start)
        #expect(breaker.standing(at: start) == .good)
        breaker.connectFailed(at: start)
        #expect(breaker.phase == .open)
        #expect(breaker.standing(at: start) == .bad)
    }

    @Test("After its pause one probe goes out; what it finds closes or opens")
    func probes() {
        var breaker = opened()
        #expect(breaker.standing(at: start + .milliseconds(1_999)) == .bad)
        #expect(breaker.standing(at: start + .seconds(2)) == .probe)
        breaker.beginProbe(at: start + .seconds(2))
        #expect(breaker.phase == .halfOpen)
        #expect(breaker.standing(at: start + .seconds(3)) == .bad)
        breaker.connected()
        #expect(breaker.phase == .closed)
    }

    @Test("Each failed probe doubles the pause, up to a minute; a probe without an outcome is followed by another")
    func backsOff() {
        var breaker = opened()
        var now = start
        for pause in [2, 4, 8, 16, 32, 60, 60] {
            #expect(breaker.standing(at: now + .seconds(Int64(pause)) - .milliseconds(1)) == .bad)
            now = now + .seconds(Int64(pause))
            #expect(breaker.standing(at: now) == .probe)
            breaker.beginProbe(at: now)
            breaker.connectFailed(at: now)
        }
        now = now + .seconds(60)
        breaker.beginProbe(at: now)
        #expect(breaker.standing(at: now + .seconds(9)) == .bad)
        #expect(breaker.standing(at: now + .seconds(10)) == .probe)
        breaker.connected()
        for _ in 0..<3 { breaker.connectFailed(at: now) }
        #expect(breaker.standing(at: now + .seconds(2)) == .probe)
    }

    @Test("One bad target opens nothing, however often it is tried")
    func oneTarget() {
        var breaker = CircuitBreaker()
        for turn in 0..<1_000 { breaker.wentUnanswered(target: 7, source: turn, at: start) }
        #expect(breaker.phase == .closed)
    }

    @Test("Five different targets without an answer open it, unless others answer meanwhile")
    func manyTargets() {
        var silent = CircuitBreaker()
        for target in 1...5 { silent.wentUnanswered(target: target, source: target, at: start) }
        #expect(silent.phase == .open)
        var mixed = CircuitBreaker()
        for target in 1...4 { mixed.answered(target: target, source: 1, at: start) }
        for target in 10...20 { mixed.wentUnanswered(target: target, source: target, at: start) }
        #expect(mixed.phase == .closed)
    }

    @Test("What was seen more than a minute ago counts no more")
    func forgets() {
        var breaker = CircuitBreaker()
        for target in 1...4 { breaker.wentUnanswered(target: target, source: target, at: start) }
        breaker.wentUnanswered(target: 5, source: 5, at: start + .seconds(61))
        #expect(breaker.phase == .closed)
    }

    @Test("One session alone cannot open the breaker of all")
    func oneSession() {
        var settings = CircuitBreaker.Settings()
        settings.badTargetsPerSource = 4
        var breaker = CircuitBreaker(settings: settings)
        for target in 1...50 { breaker.wentUnanswered(target: target, source: 1, at: start) }
        #expect(breaker.phase == .closed)
        breaker.wentUnanswered(target: 100, source: 2, at: start)
        #expect(breaker.phase == .open)
    }

    @Test("A node that connects and stays silent is healed by an answer, not by a connect")
    func silentNode() {
        var breaker = CircuitBreaker()
        for target in 1...5 { breaker.wentUnanswered(target: target, source: target, at: start) }
        breaker.connected()
        #expect(breaker.phase == .open)
        breaker.beginProbe(at: start + .seconds(2))
        breaker.connected()
        #expect(breaker.phase == .halfOpen)
        breaker.wentUnanswered(target: 9, source: 9, at: start + .seconds(3))
        #expect(breaker.standing(at: start + .seconds(6)) == .bad)
        breaker.answered(target: 1, source: 1, at: start + .seconds(6))
        #expect(breaker.phase == .closed)
        breaker.wentUnanswered(target: 2, source: 1, at: start + .seconds(7))
        #expect(breaker.phase == .closed)
    }
}
