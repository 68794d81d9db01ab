import HTTVPSGateway
import HTTVPSProtocol
import NIOCore
import Testing

@Suite struct FanOutLimitTests {
    private final class Limit {
        private var limit: FanOutLimit

        init(perMinute: Int, at now: NIODeadline) { limit = FanOutLimit(perMinute: perMinute, at: now) }

        var remembered: Int { limit.remembered }

        func admits(_ target: TargetAddress, at now: NIODeadline) -> Bool { limit.admits(target, at: now) }
    }

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func target(_ host: String, _ port: Int = 443) throws -> TargetAddress {
        try #require(TargetAddress("\(host):\(port)"))
    }

    @Test("One target is reached as often as wished")
    func oneTarget() throws {
        let limit = Limit(perMinute: 1, at: start)
        let target = try target("127.0.0.1")
        for turn in 0..<100_000 { #expect(limit.admits(target, at: start + .milliseconds(Int64(turn)))) }
    }

    @Test("A scan of many hosts is stopped, goes on at the rate, and leaves known targets alone")
    func hosts() throws {
        let limit = Limit(perMinute: 60, at: start)
        for number in 0..<60 { #expect(limit.admits(try target("10.0.0.\(number)"), at: start)) }
        #expect(!limit.admits(try target("10.0.1.1"), at: start))
        #expect(limit.admits(try target("10.0.0.7"), at: start))
        #expect(limit.admits(try target("10.0.1.1"), at: start + .seconds(1)))
        #expect(!limit.admits(try target("10.0.1.2"), at: start + .seconds(1)))
    }

    @Test("A scan of one host's ports is stopped sooner, other hosts are not")
    func ports() throws {
        let limit = Limit(perMinute: 400, at: start)
        let admitted = try (1...1_000).filter { limit.admits(try target("Example.com.", $0), at: start) }
        #expect(admitted.count == 100)
        #expect(!limit.admits(try target("example.com", 2_000), at: start))
        #expect(limit.admits(try target("example.org", 2_000), at: start))
    }

    @Test("A browser that opens 500 hosts at once meets no limit of 1200")
    func browser() throws {
        let limit = Limit(perMinute: 1_200, at: start)
        for number in 0..<500 { #expect(limit.admits(try target("h\(number).example"), at: start)) }
    }

    @Test("Memory stays bounded however long a scan goes on")
    func bounded() throws {
        let limit = Limit(perMinute: 100, at: start)
        for number in 0..<50_000 {
            let host = "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)"
            _ = limit.admits(try target(host), at: start + .milliseconds(Int64(number) * 20))
        }
        #expect(limit.remembered <= 201)
    }

    @Test("Zero is no limit")
    func none() throws {
        let limit = Limit(perMinute: 0, at: start)
        for port in 1...5_000 { #expect(limit.admits(try target("127.0.0.1", port), at: start)) }
        #expect(limit.remembered == 0)
    }
}
