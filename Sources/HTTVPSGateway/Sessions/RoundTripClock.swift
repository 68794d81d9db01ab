package import NIOCore

package struct RoundTripClock: Sendable {
    private static let patience = TimeAmount.seconds(10)

    private struct Ping: Sendable {
        var nonce: ByteBuffer
        var sentAt: NIODeadline
    }

    private var outstanding: Ping?
    private var due = NIODeadline.uptimeNanoseconds(0)
    package private(set) var roundTrip: TimeAmount?

    package init() {}

    package mutating func ping(at now: NIODeadline, using generator: inout some RandomNumberGenerator) -> ByteBuffer? {
        if let outstanding, now < outstanding.sentAt + Self.patience { return nil }
        guard now >= due else { return nil }
        let letters = (0..<Int.random(in: 4...8, using: &generator)).map { _ in
            UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z"), using: &generator)
        }
        let nonce = ByteBuffer(bytes: letters)
        outstanding = Ping(nonce: nonce, sentAt: now)
        due = now + .milliseconds(Int64.random(in: 500...1_500, using: &generator))
        return nonce
    }

    package mutating func pong(_ nonce: ByteBuffer?, at now: NIODeadline) {
        guard let ping = outstanding, ping.nonce == nonce else { return }
        outstanding = nil
        let measured = max(now - ping.sentAt, .microseconds(1))
        guard let earlier = roundTrip else { return roundTrip = measured }
        roundTrip = min(measured, .nanoseconds((earlier.nanoseconds * 3 + measured.nanoseconds) / 4))
    }

    package mutating func forget() {
        outstanding = nil
        roundTrip = nil
        due = .uptimeNanoseconds(0)
    }
}
