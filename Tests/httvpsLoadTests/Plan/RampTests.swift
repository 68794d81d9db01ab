import Testing

@testable import httvps_load

@Suite("The ramp")
struct RampTests {
    @Test("Sessions begin in their order, each within its own share of the time")
    func order() {
        let ramp = Ramp(sessions: 100, seconds: 20)
        let starts = (0..<100).map { ramp.start(of: $0, jitter: Double($0 % 7) / 7) }
        #expect(starts == starts.sorted())
        for (index, start) in starts.enumerated() {
            #expect(start > Double(index) * 0.2 - 1e-9 && start < Double(index + 1) * 0.2 + 1e-9)
        }
    }

    @Test("Jitter moves a start, and never out of its share")
    func jitter() {
        let ramp = Ramp(sessions: 10, seconds: 10)
        #expect(ramp.start(of: 3, jitter: 0) == 3)
        #expect(ramp.start(of: 3, jitter: 0.5) == 3.5)
        #expect(ramp.start(of: 3, jitter: 7) == 4)
    }

    @Test("Without time or sessions all begin at once")
    func degenerate() {
        #expect(Ramp(sessions: 10, seconds: 0).start(of: 9, jitter: 0.9) == 0)
        #expect(Ramp(sessions: 0, seconds: 5).start(of: 0, jitter: 0.9) == 0)
    }
}
