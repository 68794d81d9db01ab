import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Window growth")
struct WindowGrowthTests {
    private static let initial = 65_536
    private static let one = StreamID.number(1)

    private static func gateway(sessionBuffer: Int = .max) throws -> Multiplexer {
        var gateway = Multiplexer(
            configuration: .init(
                role: .gateway, capabilities: [.binary, .flowControl], maxStreams: 4, initialWindow: initial,
                maximumWindow: 4 * initial, sessionBuffer: sessionBuffer))
        gateway.roundTrip = .milliseconds(50)
        let target = try #require(TargetAddress("example.com:443"))
        _ = try gateway.receive(.streamOpen(one, target: target, data: ByteBuffer()), at: time(0))
        #expect(gateway.sendOpened(on: one) == nil)
        return gateway
    }

    private static func time(_ milliseconds: UInt64) -> NIODeadline {
        .uptimeNanoseconds(milliseconds * 1_000_000)
    }

    private static func limit(_ gateway: inout Multiplexer, _ count: Int, at milliseconds: UInt64) throws -> UInt64? {
        let data = ByteBuffer(repeating: 0, count: count)
        _ = try gateway.receive(.streamData(one, data), at: time(milliseconds))
        guard case .streamWindow(_, _, let limit) = gateway.consume(count, on: one, at: time(milliseconds)) else {
            return nil
        }
        return limit
    }

    @Test("doubles a window whose half was consumed within two round trips, up to the maximum")
    func doubles() throws {
        var gateway = try Self.gateway()
        var consumed: UInt64 = 0
        for (step, windows) in [2, 4, 4].enumerated() {
            let limit = try Self.limit(&gateway, Self.initial, at: UInt64(step * 90))
            consumed += UInt64(Self.initial)
            if step == 2 {
                #expect(limit == nil)
            } else {
                #expect(limit == consumed + UInt64(windows * Self.initial))
            }
        }
        #expect(gateway.extendedBytes == 2 * Self.initial)
    }

    @Test("leaves a window that is consumed slowly, or whose round trip nobody knows")
    func slow() throws {
        var gateway = try Self.gateway()
        #expect(try Self.limit(&gateway, 1, at: 0) == nil)
        #expect(try Self.limit(&gateway, Self.initial / 2, at: 101) == UInt64(Self.initial * 3 / 2 + 1))
        gateway.roundTrip = nil
        #expect(try Self.limit(&gateway, Self.initial / 2, at: 102) == UInt64(Self.initial * 2 + 1))
    }

    @Test("goes beyond the initial window only as far as the session's buffer and the process's budget reach")
    func budgets() throws {
        var small = try Self.gateway(sessionBuffer: Self.initial + 1_000)
        #expect(try Self.limit(&small, Self.initial, at: 1) == UInt64(2 * Self.initial + 1_000))
        var poor = try Self.gateway()
        poor.growthRoom = 500
        #expect(try Self.limit(&poor, Self.initial, at: 1) == UInt64(2 * Self.initial + 500))
        #expect(poor.extendedBytes == 500)
        #expect(poor.growthRoom == 0)
        #expect(poor.close(Self.one) == true)
        #expect(poor.growthRoom == 500)
        #expect(poor.extendedBytes == 0)
    }
}
