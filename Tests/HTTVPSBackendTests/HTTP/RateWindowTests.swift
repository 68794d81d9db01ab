import Testing

@testable import HTTVPSBackend

@Suite("Rate windows")
struct RateWindowTests {
    private let budget = RateBudget(quota: 2, windowSeconds: 30)

    @Test("count down, refuse when spent and open again")
    func countsDown() {
        var windows = RateWindows<String>()
        let first = windows.spend(1, from: "a", budget: budget, milliseconds: 1_000)
        #expect(first == RateVerdict(budget: budget, isAllowed: true, remaining: 1, resetSeconds: 30))
        #expect(windows.spend(1, from: "a", budget: budget, milliseconds: 11_000).isAllowed)
        let refused = windows.spend(1, from: "a", budget: budget, milliseconds: 30_500)
        #expect(refused == RateVerdict(budget: budget, isAllowed: false, remaining: 0, resetSeconds: 1))
        #expect(windows.spend(1, from: "a", budget: budget, milliseconds: 31_000).isAllowed)
    }

    @Test("keep callers apart, and looking costs nothing")
    func keepsApart() {
        var windows = RateWindows<String>()
        for _ in 0..<2 { _ = windows.spend(1, from: "a", budget: budget, milliseconds: 0) }
        #expect(windows.spend(0, from: "b", budget: budget, milliseconds: 0).remaining == 2)
        #expect(windows.spend(1, from: "b", budget: budget, milliseconds: 0).remaining == 1)
    }

    @Test("never hold more callers than they have room for")
    func bounded() {
        var windows = RateWindows<Int>(capacity: 10)
        for key in 0..<1_000 { _ = windows.spend(1, from: key, budget: budget, milliseconds: Int64(key)) }
        #expect(windows.count <= 10)
    }
}
