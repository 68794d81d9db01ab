import HTTVPSObservability
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct HTTP2ConductTests {
    private static func headers(_ stream: UInt32, ends: Bool = true, _ block: [UInt8] = RawHTTP2.page) -> [UInt8] {
        RawHTTP2.frame(.headers, flags: ends ? 5 : 4, stream: stream, block)
    }

    private static func reset(_ stream: UInt32) -> [UInt8] {
        RawHTTP2.frame(.rstStream, stream: stream, [0, 0, 0, 8])
    }

    static let faulty: [(name: String, bytes: [UInt8], code: UInt32, lastStream: UInt32)] = [
        ("DATA on an idle stream", headers(3) + RawHTTP2.frame(.data, stream: 5, [1]), 1, 3),
        ("HEADERS behind END_STREAM", headers(1) + headers(1), 5, 1),
        ("HEADERS behind a reset", headers(3, ends: false, RawHTTP2.post) + reset(3) + headers(3), 5, 3),
        ("a ping on a stream", headers(7) + RawHTTP2.frame(.ping, stream: 7, Array(repeating: 0, count: 8)), 1, 7),
        ("an even stream", headers(2), 1, 0), ("a lower stream", headers(9) + headers(7), 1, 9),
        ("a stray CONTINUATION", RawHTTP2.frame(.continuation, flags: 4, stream: 1), 1, 0),
    ]

    @Test("What breaks the connection gets GOAWAY with the last stream that was taken", arguments: faulty)
    func ended(name: String, bytes: [UInt8], code: UInt32, lastStream: UInt32) async throws {
        let gateway = try await TestSite.gateway()
        let raw = try await RawHTTP2.open(port: gateway.port)
        try await raw.send(bytes)
        let goodbye = await raw.next(.goAway)
        #expect(goodbye?.code == code, "\(name)")
        #expect(goodbye?.lastStream == lastStream, "\(name)")
        #expect(await raw.next(.goAway) == nil)
        #expect(gateway.metrics.limits[.http2Protocol].value == 1)
        await raw.close()
        try await gateway.stop()
    }

    private static func many(_ count: Int, _ frame: [UInt8]) -> [UInt8] {
        (0..<count).reduce(into: headers(1, ends: false, RawHTTP2.post)) { bytes, _ in bytes += frame }
    }

    static let floods: [(name: String, bytes: [UInt8], limit: GatewayLimit)] = [
        ("window updates", many(12_000, RawHTTP2.frame(.windowUpdate, [0, 0, 0, 1])), .http2ControlFrames),
        ("settings", many(400, RawHTTP2.frame(.settings)), .http2ControlFrames),
        ("priorities", many(400, RawHTTP2.frame(.priority, stream: 1, [0, 0, 0, 3, 1])), .http2ControlFrames),
        ("empty data", many(50, RawHTTP2.frame(.data, stream: 1)), .http2EmptyData),
        ("unknown frames", many(12_000, [0, 0, 0, 0x40, 0, 0, 0, 0, 0]), .http2ControlFrames),
        (
            "refused streams",
            (0..<800).reduce(into: []) { $0 += headers(2 * $1 + 1, ends: false, RawHTTP2.post) + reset(2 * $1 + 1) },
            .http2Resets
        ),
    ]

    @Test("Floods end the connection with GOAWAY, and are counted", arguments: floods)
    func flooded(name: String, bytes: [UInt8], limit: GatewayLimit) async throws {
        let gateway = try await TestSite.gateway()
        let raw = try await RawHTTP2.open(port: gateway.port)
        raw.sendUnwaited(bytes)
        #expect(await raw.next(.goAway)?.code == 11, "\(name)")
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.limits[limit].value == 1 }, "\(name)")
        await raw.close()
        try await gateway.stop()
    }

    @Test("A stream past the advertised number is refused, and the others go on")
    func refusedStream() async throws {
        let gateway = try await TestSite.gateway()
        let raw = try await RawHTTP2.open(port: gateway.port)
        for index in 0..<101 {
            try await raw.send(Self.headers(UInt32(2 * index + 1), ends: false, RawHTTP2.post))
        }
        let refused = await raw.next(.rstStream)
        #expect(refused?.stream == 201 && refused?.code == 7)
        #expect(gateway.metrics.limits[.http2Streams].value == 1)
        try await raw.send(RawHTTP2.frame(.data, flags: 1, stream: 201, [1]) + Self.reset(5))
        try await raw.send(Self.headers(203))
        let answer = await raw.next(.headers)
        #expect(answer?.stream == 203)
        try await raw.send(RawHTTP2.frame(.data, flags: 1, stream: 1, [1]))
        #expect(await raw.next(.headers)?.stream == 1)
        await raw.close()
        try await gateway.stop()
    }

    @Test("The last DATA of an answer carries END_STREAM, and an answer without a body needs none")
    func endOfAnswer() async throws {
        let gateway = try await TestSite.gateway()
        let raw = try await RawHTTP2.open(port: gateway.port)
        try await raw.send(Self.headers(1))
        #expect(await raw.next(.headers)?.flags == 4)
        let body = await raw.next(.data)
        #expect(body?.flags == 1 && body?.payload == ByteBuffer(string: TestSite.page))
        let head: [UInt8] = [0x02, 0x04, 0x48, 0x45, 0x41, 0x44, 0x84, 0x87, 0x01, 0x01, 0x61]
        try await raw.send(Self.headers(3, head))
        let answer = await raw.next(.headers)
        #expect(answer?.stream == 3 && answer?.flags == 5)
        await raw.close()
        try await gateway.stop()
    }
}
