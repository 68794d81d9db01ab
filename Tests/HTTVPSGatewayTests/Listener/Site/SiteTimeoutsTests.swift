import NIOCore
import Testing

@testable import HTTVPSGateway

struct SiteTimeoutsTests {
    private let start = NIODeadline.now()
    private let timeouts = SiteTimeouts()

    @Test("A body has its time from byte to byte, and overall what its bytes earn")
    func body() {
        #expect(timeouts.bodyEnds(begunAt: start, received: 0, at: start) == start + .seconds(30))
        let later = start + .seconds(20)
        #expect(timeouts.bodyEnds(begunAt: start, received: 1, at: later) == start + .milliseconds(30_002))
        #expect(timeouts.bodyEnds(begunAt: start, received: 5_000, at: later) == start + .seconds(40))
        #expect(timeouts.bodyEnds(begunAt: start, received: 1_000_000, at: later) == later + .seconds(30))
    }
}
