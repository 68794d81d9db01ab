import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("A session whose carrier is cut", .timeLimit(.minutes(5)))
struct ResumeTests {
    static func read(_ stream: TunnelStream, atLeast count: Int = .max) async throws -> (count: Int, wrong: Int) {
        var received = 0
        var wrong = 0
        while received < count, let bytes = try await stream.read() {
            wrong += Pattern.wrong(bytes, at: received)
            received += bytes.readableBytes
        }
        return (received, wrong)
    }

    static func write(_ stream: TunnelStream, count: Int) async throws {
        var sent = 0
        while sent < count {
            let piece = Pattern.bytes(at: sent, upTo: min(count - sent, 10_007))
            try await stream.write(piece)
            sent += piece.readableBytes
        }
        try await stream.finish()
    }

    @Test("at random places under a download and an upload passes every byte on once")
    func cuts() async throws {
        var behaviour = FakeGateway.Behaviour.resuming
        behaviour.cutsAfter = 1...400_000
        behaviour.cutsLeft = 50
        let gateway = try await FakeGateway(behaviour)
        try await withTunnel(gateway.configuration()) { tunnel in
            let download = try await tunnel.openStream(to: "source.test", port: 16_384)
            let upload = try await tunnel.openStream(to: "sink.test", port: 1)
            async let writing: Void = Self.write(upload, count: 8_388_608)
            let got = try await Self.read(download)
            try await writing
            #expect(got.count == 16_777_216 && got.wrong == 0)
            try await eventually { gateway.ledger.withLock { $0.finished.contains("sink.test") } }
        }
        let ledger = gateway.ledger.withLock { $0 }
        #expect(ledger.received["sink.test"] == 8_388_608 && ledger.wrongBytes == 0)
        #expect(ledger.cuts >= 20 && ledger.resumed >= 20)
        let attempts = ledger.hellos.compactMap { $0.resume?.attempt }
        #expect(attempts == attempts.sorted() && Set(attempts).count == attempts.count)
        try await gateway.close()
    }
}
