import Foundation
import HTTVPSClient
import HTTVPSTestSupport
import NIOCore
import Testing

@Suite("Connections that are cut under a transfer", .serialized)
struct CutTests {
    private static let down = FileSite.noise(64 << 20)
    private static let up = FileSite.noise(16 << 20)

    @Test(
        "Downloads and uploads through the real gateway stay exact, over HTTP/1.1 and over HTTP/2"
    )
    func cuts() async throws {
        try await FileSite.serving(["file.bin": Self.down]) { site in
            try await LocalStack.running { stack in
                for carrier in [CarrierPreference.http1, .h2] {
                    try await Self.transfer(through: stack, over: carrier, from: site.port)
                }
            }
        }
    }

    @Test("A gateway that stands still for twenty seconds is waited for, and the download goes on")
    func standstill() async throws {
        try await FileSite.serving(["file.bin": Self.down]) { site in
            try await LocalStack.running { stack in
                let tunnel = try Tunnel(try stack.tunnelConfiguration())
                let run = Task { try await tunnel.run() }
                let stream = try await Self.request(through: tunnel, from: site.port)
                var answer = try #require(try await stream.read())
                let gateway = try stack.processID(of: "gateway")
                kill(gateway, SIGSTOP)
                let stopped = ContinuousClock.now
                let noticed = try await Poll.until(within: .seconds(60)) { await tunnel.statistics.pauses > 0 }
                #expect(noticed, "the client did not notice the silence")
                try await Task.sleep(until: stopped + .seconds(20))
                kill(gateway, SIGCONT)
                while var part = try await stream.read() { answer.writeBuffer(&part) }
                #expect(Self.body(of: answer) == Self.down)
                tunnel.stop()
                try await run.value
            }
        }
    }

    private static func transfer(
        through stack: LocalStack, over carrier: CarrierPreference, from sitePort: Int
    ) async throws {
        let sink = try await UploadServer.start(expecting: up.count)
        let gateway = try GatewayAddress(stack.variable("HTTVPS_GATEWAY_URL"))
        let relay = try await CuttingRelay.start(
            to: gateway.port, cutsAfter: (1 << 18)...(5 << 20), mostCuts: 30)
        var configuration = try stack.tunnelConfiguration()
        configuration.carrier = carrier
        configuration.gateways = [try GatewayAddress("wss://\(gateway.host):\(relay.port)\(gateway.path)")]
        let tunnel = try Tunnel(configuration)
        let run = Task { try await tunnel.run() }
        async let uploading: Void = upload(through: tunnel, to: sink.port)
        let body = try await download(through: tunnel, from: sitePort)
        try await uploading
        let statistics = await tunnel.statistics
        tunnel.stop()
        try await run.value
        #expect(body == down, "\(carrier): \(body.count) bytes of \(down.count)")
        #expect(sink.body == ByteBuffer(bytes: up), "\(carrier): the upload differs")
        #expect(relay.cuts >= 20 && statistics.pauses >= 20, "\(relay.cuts) cuts, \(statistics.pauses) pauses")
        try await relay.stop()
        try await sink.stop()
    }

    private static func request(through tunnel: Tunnel, from port: Int) async throws -> TunnelStream {
        let stream = try await tunnel.openStream(to: "127.0.0.1", port: port)
        try await stream.write(ByteBuffer(string: "GET /file.bin HTTP/1.0\r\n\r\n"))
        return stream
    }

    private static func download(through tunnel: Tunnel, from port: Int) async throws -> Data {
        let stream = try await request(through: tunnel, from: port)
        var answer = ByteBuffer()
        while var part = try await stream.read() { answer.writeBuffer(&part) }
        return body(of: answer)
    }

    private static func body(of answer: ByteBuffer) -> Data {
        let bytes = Data(answer.readableBytesView)
        guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { return bytes }
        return bytes[end.upperBound...]
    }

    private static func upload(through tunnel: Tunnel, to port: Int) async throws {
        let stream = try await tunnel.openStream(to: "127.0.0.1", port: port)
        var rest = ByteBuffer(bytes: up)
        while let piece = rest.readSlice(length: min(rest.readableBytes, 100_000)), piece.readableBytes > 0 {
            try await stream.write(piece)
        }
        #expect(try await stream.read() == ByteBuffer(string: "received"))
        try await stream.close()
    }
}
