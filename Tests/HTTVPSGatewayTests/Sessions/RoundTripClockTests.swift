import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite struct RoundTripClockTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    @Test("The time from ping to its pong is the round trip; other pongs mean nothing")
    func measures() throws {
        var clock = RoundTripClock()
        var generator = SystemRandomNumberGenerator()
        let nonce = try #require(clock.ping(at: at(1_000), using: &generator))
        #expect((4...8).contains(nonce.readableBytes))
        #expect(clock.ping(at: at(1_001), using: &generator) == nil)
        clock.pong(ByteBuffer(string: "other"), at: at(1_010))
        #expect(clock.roundTrip == nil)
        clock.pong(nonce, at: at(1_040))
        #expect(clock.roundTrip == .milliseconds(40))
    }

    @Test("Pings keep a varying distance, and an unanswered one is given up")
    func distance() throws {
        var clock = RoundTripClock()
        var generator = SystemRandomNumberGenerator()
        let nonce = try #require(clock.ping(at: at(0), using: &generator))
        clock.pong(nonce, at: at(10))
        #expect(clock.ping(at: at(499), using: &generator) == nil)
        #expect(clock.ping(at: at(1_501), using: &generator) != nil)
        #expect(clock.ping(at: at(11_000), using: &generator) == nil)
        #expect(clock.ping(at: at(11_502), using: &generator) != nil)
    }

    @Test("A shorter round trip counts at once, a longer one by and by; a new carrier begins anew")
    func smooths() throws {
        var clock = RoundTripClock()
        var generator = SystemRandomNumberGenerator()
        for (start, length) in [(0, 100), (2_000, 20), (4_000, 100)] {
            let nonce = try #require(clock.ping(at: at(Int64(start)), using: &generator))
            clock.pong(nonce, at: at(Int64(start + length)))
        }
        #expect(clock.roundTrip == .milliseconds(40))
        clock.forget()
        #expect(clock.roundTrip == nil)
        #expect(clock.ping(at: at(4_200), using: &generator) != nil)
    }
}
