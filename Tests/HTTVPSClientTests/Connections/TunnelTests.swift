import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("A tunnel")
struct TunnelTests {
    @Test("says hello with its capabilities and a pad of no fixed size")
    func hello() async throws {
        let gateway = try await FakeGateway()
        for _ in 0..<3 {
            try await withTunnel(gateway.configuration()) { _ = try await $0.openStream(to: "echo.test", port: 1) }
        }
        let hellos = gateway.ledger.withLock { $0.hellos }
        #expect(hellos.allSatisfy { $0.deviceID == "dev_1" && $0.capabilities == Greeter.capabilities })
        #expect(Set(hellos.map { $0.pad?.utf8.count ?? 0 }).count > 1)
        try await gateway.close()
    }

    @Test("ends with the gateway's reason where it will not be let in", arguments: ["device_blocked", "token_expired"])
    func refused(reason: String) async throws {
        let gateway = try await FakeGateway(.init(refusal: reason))
        let tunnel = try Tunnel(gateway.configuration())
        let error = await #expect(throws: ClientError.self) { try await tunnel.run() }
        #expect(error?.code == .refused && error?.reason == reason)
        #expect(gateway.ledger.withLock { $0.hellos.count } == 1)
        let late = await #expect(throws: ClientError.self) { try await tunnel.openStream(to: "echo.test", port: 1) }
        #expect(late?.code == .refused)
        try await gateway.close()
    }

    @Test("tries again, with the pauses that its policy names, until it is let in")
    func retries() async throws {
        let gateway = try await FakeGateway(.init(refusal: "overloaded"))
        let pauses = Mutex<[Duration]>([])
        let tunnel = try Tunnel(
            gateway.configuration(),
            clock: TunnelClock(sleep: { pause in
                let count = pauses.withLock { pauses in
                    pauses.append(pause)
                    return pauses.count
                }
                if count == 3 { gateway.change { $0.refusal = nil } }
            }))
        let run = Task { try await tunnel.run() }
        let stream = try await tunnel.openStream(to: "echo.test", port: 1)
        try await stream.write(ByteBuffer(string: "in"))
        #expect(try await stream.read() == ByteBuffer(string: "in"))
        #expect(gateway.ledger.withLock { $0.hellos.count } == 4)
        #expect(pauses.withLock { $0.allSatisfy { $0 <= .milliseconds(20) } })
        tunnel.stop()
        try await run.value
        try await gateway.close()
    }

    @Test("connects again after a loss: streams end, new ones wait for the new session")
    func reconnects() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let old = try await tunnel.openStream(to: "quiet.test", port: 1)
            try await eventually { gateway.ledger.withLock { $0.opened.count == 1 } }
            gateway.dropConnections()
            await #expect(throws: ClientError.self) { try await old.read() }
            let new = try await tunnel.openStream(to: "echo.test", port: 1)
            try await new.write(ByteBuffer(string: "again"))
            #expect(try await new.read() == ByteBuffer(string: "again"))
        }
        #expect(gateway.ledger.withLock { $0.hellos.count } == 2)
        try await gateway.close()
    }

    @Test("moves new streams to a new session behind goaway and lets the open ones end on the old")
    func goaway() async throws {
        let gateway = try await FakeGateway()
        try await withTunnel(gateway.configuration()) { tunnel in
            let old = try await tunnel.openStream(to: "echo.test", port: 1)
            try await old.write(ByteBuffer(string: "1"))
            #expect(try await old.read() == ByteBuffer(string: "1"))
            gateway.send(.goaway(reason: "draining", graceSeconds: 30))
            try await eventually { gateway.ledger.withLock { $0.hellos.count == 2 } }
            try await old.write(ByteBuffer(string: "2"))
            #expect(try await old.read() == ByteBuffer(string: "2"))
            let new = try await tunnel.openStream(to: "echo.test", port: 1)
            try await new.write(ByteBuffer(string: "3"))
            #expect(try await new.read() == ByteBuffer(string: "3"))
        }
        try await gateway.close()
    }

    @Test("opens streams that wait for it right behind hello", arguments: [1, 30])
    func early(maxStreams: Int) async throws {
        let gateway = try await FakeGateway(.init(maxStreams: maxStreams, isMute: true))
        let tunnel = try Tunnel(gateway.configuration())
        let opening = (1...2).map { port in
            Task { try await tunnel.openStream(to: "echo.test", port: port) }
        }
        try await eventually {
            try await tunnel.eventLoop.submit { tunnel.switchboard.value.earlyOpens(upTo: 3).count == 2 }.get()
        }
        let run = Task { try await tunnel.run() }
        try await eventually { gateway.ledger.withLock { $0.early.count == 2 } }
        gateway.change { $0.isMute = false }
        tunnel.networkChanged()
        for task in opening.prefix(maxStreams) { try await PauseTests.echo("early", on: try await task.value) }
        if maxStreams == 1 { await #expect(throws: ClientError.self) { try await opening[1].value } }
        tunnel.stop()
        try await run.value
        try await gateway.close()
    }

    @Test("keeps a quiet session alive")
    func keepalive() async throws {
        let gateway = try await FakeGateway(.init(keepaliveSeconds: 1))
        try await withTunnel(gateway.configuration()) { tunnel in
            let stream = try await tunnel.openStream(to: "echo.test", port: 1)
            try await eventually { gateway.ledger.withLock { $0.pings >= 2 } }
            try await stream.write(ByteBuffer(string: "alive"))
            #expect(try await stream.read() == ByteBuffer(string: "alive"))
        }
        #expect(gateway.ledger.withLock { $0.hellos.count } == 1)
        try await gateway.close()
    }

    @Test("says what it does")
    func states() async throws {
        let gateway = try await FakeGateway()
        let tunnel = try Tunnel(gateway.configuration())
        let states = tunnel.states()
        let run = Task { try await tunnel.run() }
        var seen: [String] = []
        for await state in states {
            switch state {
            case .connecting: seen.append("connecting")
            case .connected(let session):
                seen.append("connected \(session.sessionID)")
                tunnel.stop()
            case .paused: seen.append("paused")
            case .resumed: seen.append("resumed")
            case .waiting: seen.append("waiting")
            case .stopped: seen.append("stopped")
            }
        }
        try await run.value
        #expect(seen == ["connecting", "connected ses_1", "stopped"])
        try await gateway.close()
    }

    @Test("gives up where no gateway is to be reached in the time it was given")
    func unreachable() async throws {
        let nobody = GatewayAddress(host: "127.0.0.1", port: 1, path: "/ws", isSecure: false)
        var configuration = TunnelConfiguration(gateways: [nobody], deviceID: "dev_1", token: "token")
        configuration.reconnectPauses = .milliseconds(1)...(.milliseconds(20))
        configuration.firstSessionWithin = .milliseconds(10)
        let tunnel = try Tunnel(configuration)
        let error = await #expect(throws: ClientError.self) { try await tunnel.run() }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "the gateway ws://127.0.0.1:1 cannot be reached: Connection refused")
    }

    @Test("refuses a configuration that cannot work")
    func configuration() {
        for (device, token) in [("", "t"), ("d", "")] {
            #expect(throws: ClientError.self) {
                try Tunnel(
                    TunnelConfiguration(
                        gateways: [GatewayAddress("wss://a.test/ws")], deviceID: device, token: token))
            }
        }
    }
}
