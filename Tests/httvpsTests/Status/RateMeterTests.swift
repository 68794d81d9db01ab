import Testing

@testable import httvps

@Suite("A rate")
struct RateMeterTests {
    @Test("follows the bytes of the last moments and falls to nothing when none come")
    func follows() {
        var meter = RateMeter()
        let start = ContinuousClock.now
        meter.note(5_000, at: start)
        #expect(meter.perSecond == 0)
        meter.note(6_000, at: start + .seconds(1))
        #expect(meter.perSecond == 500)
        for second in 2...20 { meter.note(5_000 + UInt64(second) * 1_000, at: start + .seconds(second)) }
        #expect(abs(meter.perSecond - 1_000) < 1)
        for second in 21...60 { meter.note(25_000, at: start + .seconds(second)) }
        #expect(meter.perSecond == 0)
    }

    @Test("survives counters and clocks that stand or fall back")
    func odd() {
        var meter = RateMeter()
        let start = ContinuousClock.now
        meter.note(100, at: start)
        meter.note(200, at: start)
        meter.note(50, at: start + .seconds(1))
        #expect(meter.perSecond == 0)
    }
}
