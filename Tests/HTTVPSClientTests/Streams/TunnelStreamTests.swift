import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("Streams of the library")
struct TunnelStreamTests {
    @Test("are asynchronous sequences with a writing side")
    func echo() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let stream = try await tunnel.openStream(to: "echo.test", port: 7)
            let writing = Task {
                for _ in 0..<40 { try await stream.write(ByteBuffer(repeating: 7, count: 10_000)) }
                try await stream.finish()
            }
            var received = 0
            for try await bytes in stream { received += bytes.readableBytes }
            try await writing.value
            #expect(received == 400_000)
        }
        try await gateway.close()
    }

    @Test("are not sent more than their reader's window")
    func backPressure() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let stream = try await tunnel.openStream(to: "source.test", port: 1_000)
            let other = try await tunnel.openStream(to: "source.test", port: 100)
            var received = 0
            for try await bytes in other { received += bytes.readableBytes }
            #expect(received == 100 * 1_024)
            received = 0
            for try await bytes in stream { received += bytes.readableBytes }
            #expect(received == 1_000 * 1_024)
        }
        try await gateway.close()
    }

    @Test("throw the reason for which the gateway closed them", arguments: ["denied.test", "reset.test"])
    func closed(host: String) async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let stream = try await tunnel.openStream(to: host, port: 7)
            let error = await #expect(throws: ClientError.self) { try await stream.read() }
            #expect(error?.reason == (host == "denied.test" ? "denied_by_policy" : "egress_reset"))
        }
        try await gateway.close()
    }

    @Test("that nobody holds any more are closed")
    func dropped() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            _ = try await tunnel.openStream(to: "quiet.test", port: 7)
            try await eventually { gateway.ledger.withLock { $0.closed["quiet.test"] == .normal } }
        }
        try await gateway.close()
    }

    @Test("stop waiting when their task is cancelled")
    func cancelled() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let stream = try await tunnel.openStream(to: "stall.test", port: 7)
            let reading = Task { try await stream.read() }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            let writing = Task { try await stream.write(ByteBuffer(repeating: 1, count: 10_000_000)) }
            try await eventually { gateway.ledger.withLock { $0.opened.count == 1 } }
            writing.cancel()
            await #expect(throws: ClientError.self) { try await writing.value }
        }
        try await gateway.close()
    }

    @Test("beyond the agreed number are refused")
    func limit() async throws {
        let gateway = try await FakeGateway(.init(maxStreams: 1))
        try await withTunnel(gateway.configuration()) { tunnel in
            let first = try await tunnel.openStream(to: "quiet.test", port: 7)
            let error = await #expect(throws: ClientError.self) { try await tunnel.openStream(to: "b.test", port: 7) }
            #expect(error?.reason == "stream_limit")
            try await first.close()
            _ = try await tunnel.openStream(to: "c.test", port: 7)
        }
        try await gateway.close()
    }
}
