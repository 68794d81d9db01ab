import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("A session in a pause", .timeLimit(.minutes(5)))
struct PauseTests {
    static func echo(_ text: String, on stream: TunnelStream) async throws {
        try await stream.write(ByteBuffer(string: text))
        var answer = ""
        while answer.utf8.count < text.utf8.count {
            answer += String(buffer: try #require(try await stream.read()))
        }
        #expect(answer == text)
    }

    @Test("says that it pauses and that it goes on, and counts it")
    func states() async throws {
        let gateway = try await FakeGateway(.resuming)
        try await withTunnel(gateway.configuration()) { tunnel in
            let record = StateRecord(tunnel)
            let stream = try await tunnel.openStream(to: "echo.test", port: 1)
            try await Self.echo("before", on: stream)
            gateway.dropConnections()
            try await eventually { record.count("resumed") == 1 }
            try await Self.echo("behind", on: stream)
            #expect(record.all.drop { $0 == "connecting" } == ["connected", "paused", "resumed"])
            let statistics = await tunnel.statistics
            #expect(statistics.pauses == 1 && statistics.lastPause != nil && !statistics.isPaused)
            #expect(statistics.bytesUp == 12 && statistics.bytesDown == 12 && statistics.openStreams == 1)
            #expect(statistics.sessionID == "ses_1" && statistics.carrier == .http1 && statistics.roundTrip != nil)
            #expect(statistics.gateway == gateway.address)
        }
        try await gateway.close()
    }

    @Test("moves to a new carrier when the network changes, though the old one stands")
    func networkChange() async throws {
        let gateway = try await FakeGateway(.resuming)
        try await withTunnel(gateway.configuration()) { tunnel in
            let download = try await tunnel.openStream(to: "source.test", port: 8_192)
            let moving = Task {
                for move in 1...10 {
                    tunnel.networkChanged()
                    try await eventually { gateway.ledger.withLock { $0.resumed >= move } }
                }
            }
            let got = try await ResumeTests.read(download)
            #expect(got.count == 8_388_608 && got.wrong == 0)
            try await moving.value
            #expect(gateway.ledger.withLock { $0.cuts } == 0)
        }
        try await gateway.close()
    }

    @Test("ends its streams and begins anew where the gateway has forgotten it")
    func forgotten() async throws {
        let gateway = try await FakeGateway(.resuming)
        gateway.change { $0.forgetsSessions = true }
        try await withTunnel(gateway.configuration()) { tunnel in
            let old = try await tunnel.openStream(to: "echo.test", port: 1)
            try await Self.echo("before", on: old)
            gateway.dropConnections()
            let error = await #expect(throws: ClientError.self) { try await old.read() }
            #expect(error?.reason == "internal")
            let new = try await tunnel.openStream(to: "echo.test", port: 1)
            try await Self.echo("anew", on: new)
            #expect(await tunnel.statistics.sessionID == "ses_2")
        }
        #expect(gateway.ledger.withLock { $0.hellos.map { $0.resume != nil } } == [false, true])
        try await gateway.close()
    }

    @Test("says hello once more without resume where the gateway refuses it with invalid_token")
    func refused() async throws {
        let gateway = try await FakeGateway(.resuming)
        gateway.change { $0.resumeRefusal = "invalid_token" }
        try await withTunnel(gateway.configuration()) { tunnel in
            let old = try await tunnel.openStream(to: "echo.test", port: 1)
            try await Self.echo("before", on: old)
            gateway.dropConnections()
            await #expect(throws: ClientError.self) { try await old.read() }
            let new = try await tunnel.openStream(to: "echo.test", port: 1)
            try await Self.echo("anew", on: new)
        }
        #expect(gateway.ledger.withLock { $0.hellos.map { $0.resume != nil } } == [false, true, false])
        try await gateway.close()
    }

    @Test("ends for good where the device is refused meanwhile")
    func blocked() async throws {
        let gateway = try await FakeGateway(.resuming)
        let tunnel = try Tunnel(gateway.configuration())
        let run = Task { try await tunnel.run() }
        let old = try await tunnel.openStream(to: "echo.test", port: 1)
        try await Self.echo("before", on: old)
        gateway.change { $0.resumeRefusal = "device_blocked" }
        gateway.dropConnections()
        let error = await #expect(throws: ClientError.self) { try await run.value }
        #expect(error?.reason == "device_blocked")
        await #expect(throws: ClientError.self) { try await old.read() }
        try await gateway.close()
    }

    @Test("lets new streams wait and carries them when it goes on")
    func opened() async throws {
        let gateway = try await FakeGateway(.resuming)
        try await withTunnel(gateway.configuration()) { tunnel in
            let old = try await tunnel.openStream(to: "echo.test", port: 1)
            try await Self.echo("before", on: old)
            gateway.change { $0.isMute = true }
            gateway.dropConnections()
            try await eventually { gateway.ledger.withLock { $0.hellos.count == 2 } }
            let opening = Task { try await tunnel.openStream(to: "echo.test", port: 2) }
            let writing = Task { try await old.write(ByteBuffer(string: "in the pause")) }
            #expect(await tunnel.statistics.isPaused)
            gateway.change { $0.isMute = false }
            tunnel.networkChanged()
            try await Self.echo("new", on: try await opening.value)
            try await writing.value
            #expect(try await old.read() == ByteBuffer(string: "in the pause"))
        }
        #expect(gateway.ledger.withLock { $0.hellos.compactMap { $0.resume?.attempt } } == [1, 2])
        try await gateway.close()
    }

    @Test("goes on with what was finished and closed in the pause")
    func finished() async throws {
        let gateway = try await FakeGateway(.resuming)
        try await withTunnel(gateway.configuration()) { tunnel in
            let sink = try await tunnel.openStream(to: "sink.test", port: 1)
            let early = try await tunnel.openStream(to: "early.test", port: 1)
            let late = try await tunnel.openStream(to: "late.test", port: 1)
            try await sink.write(Pattern.bytes(at: 0, upTo: 100))
            try await eventually { gateway.ledger.withLock { $0.opened.count == 3 && $0.received["sink.test"] == 100 } }
            gateway.change { $0.isMute = true }
            gateway.freeze()
            gateway.dropConnections()
            try await eventually { await tunnel.statistics.isPaused }
            try await sink.finish()
            try await early.close()
            gateway.thaw()
            try await eventually { gateway.ledger.withLock { $0.hellos.count == 2 } }
            try await late.close()
            gateway.change { $0.isMute = false }
            tunnel.networkChanged()
            try await eventually { gateway.ledger.withLock { $0.finished.contains("sink.test") } }
            try await eventually { await tunnel.statistics.openStreams == 1 }
        }
        try await gateway.close()
    }
}
