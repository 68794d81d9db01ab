import HTTVPSTestSupport
import Testing

@Suite("A download that its reader drops")
struct DroppedDownloadTests {
    private static let size = 1 << 30

    @Test("It is fed no further than the buffers on the way, and nothing of it is left behind")
    func dropped() async throws {
        let target = try await CountingTarget.start(port: try LoopbackPort.free())
        try await LocalStack.running { stack in
            let cut = try await stack.throughSocks(
                target.downloadURL(bytes: Self.size), ["--limit-rate", "1M", "--max-time", "3"])
            #expect(cut.status == 28 && cut.bytesReceived > 0)
            #expect(try await stack.waitUntilGauge("httvps_gateway_streams_active", is: 0))
            let offered = target.offered
            #expect(offered < Self.size / 4)
            let next = try await stack.untilReached(target.downloadURL(bytes: 100_000))
            #expect(target.offered - offered == next.bytesReceived)
        }
        try await target.stop()
    }
}
