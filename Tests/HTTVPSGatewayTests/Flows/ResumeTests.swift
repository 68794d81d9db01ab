import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct ResumeTests {
    private func count(_ metrics: GatewayMetrics, _ outcome: HandshakeOutcome) -> Int64 {
        metrics.handshakes[outcome].value
    }

    @Test("A download goes on, byte for byte, when its transport breaks in the middle")
    func download() async throws {
        let size = 6 << 20
        let node = try await TestNode.start(.source(size))
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node.assigned()]))
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open("127.0.0.1:80", sending: 10, finishes: false)
        try await client.run { ($0.transfers[id]?.received ?? 0) > 1 << 20 }
        await client.cut()
        try await eventually { gateway.metrics.sessionsWaiting.value == 1 }
        #expect(gateway.metrics.sessionsActive.value == 1)
        #expect(gateway.metrics.streamsActive.value == 1)
        try await client.resume()
        try await client.run { $0.transfers[id]?.isFinished == true }
        #expect(client.transfers[id]?.received == size)
        #expect(client.transfers[id]?.isExact == true)
        #expect(gateway.metrics.sessionsWaiting.value == 0)
        #expect(count(gateway.metrics, .resumed) == 1)
        try await client.tunnel.close()
        try await gateway.stop()
        await node.stop()
    }

    @Test("An upload goes on, byte for byte, and its finish arrives, when its transport breaks in the middle")
    func upload() async throws {
        let size = 6 << 20
        let node = try await TestNode.start(.sink)
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: TestBackend(nodes: [node.assigned()]))
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open("127.0.0.1:80", sending: size)
        try await client.run { ($0.transfers[id]?.sent ?? 0) > 2 << 20 }
        await client.cut()
        try await client.resume()
        try await client.run { $0.transfers[id]?.isFinished == true }
        #expect(node.seen.isExact)
        #expect(node.seen.bytes == size)
        #expect(node.seen.finishes == 1)
        try await client.tunnel.close()
        try await gateway.stop()
        await node.stop()
    }

    @Test("Fifty breaks in one transfer both ways, each noticed or taken over, cost no byte")
    func fiftyBreaks() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        let size = 24 << 20
        let first = try client.open(sending: size)
        let second = try client.open(sending: size)
        for turn in 1...50 {
            try await client.run { ($0.transfers[first]?.received ?? 0) >= turn * (size / 60) }
            if turn % 2 == 0 { await client.cut() }
            try await client.resume()
        }
        try await client.run { client in [first, second].allSatisfy { client.transfers[$0]?.isFinished == true } }
        for id in [first, second] {
            #expect(client.transfers[id]?.received == size)
            #expect(client.transfers[id]?.isExact == true)
        }
        #expect(count(gateway.metrics, .resumed) == 50)
        #expect(gateway.table.count == 1)
        try await eventually { gateway.metrics.streamsActive.value == 0 }
        try await client.tunnel.close()
        try await gateway.stop()
    }

    @Test("A transfer moves between HTTP/1.1 and HTTP/2 carriers, cut or taken over, and costs no byte")
    func bothCarriers() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        let size = 12 << 20
        let id = try client.open(sending: size)
        for turn in 1...12 {
            try await client.run { ($0.transfers[id]?.received ?? 0) >= turn * (size / 14) }
            if turn.isMultiple(of: 3) { await client.cut() }
            client.nextIsHTTP2 = !turn.isMultiple(of: 4)
            try await client.resume()
        }
        try await client.run { $0.transfers[id]?.isFinished == true }
        #expect(client.transfers[id]?.received == size)
        #expect(client.transfers[id]?.isExact == true)
        #expect(gateway.table.count == 1)
        try await client.tunnel.close()
        try await gateway.stop()
    }

    @Test("A takeover drops the standing transport without a word, and what comes on it later is discarded")
    func takeover() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open(sending: 1_000, finishes: false)
        try await client.run { $0.transfers[id]?.received == 1_000 }
        let old = client.tunnel
        try await client.resume()
        old.post(.streamClose(id, .normal, message: ""))
        var last: WebSocketMessage?
        while let message = try await old.next() { last = message }
        if case .close = last { Issue.record("a close frame on the old transport") }
        let other = try client.open(sending: 100)
        try await client.run { $0.transfers[other]?.isFinished == true }
        #expect(client.transfers[id]?.closed == nil)
        #expect(gateway.metrics.streamsActive.value == 1)
        try await client.tunnel.close()
        try await gateway.stop()
    }

    @Test("A session can be resumed on another event loop, and goes on there")
    func otherLoop() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        let size = 4 << 20
        let id = try client.open(sending: size)
        for turn in 1...4 {
            try await client.run { ($0.transfers[id]?.received ?? 0) >= turn * (size / 5) }
            if turn.isMultiple(of: 2) { await (try await TestTunnel.upgrade(port: gateway.port)).connection.close() }
            try await client.resume()
        }
        try await client.run { $0.transfers[id]?.isFinished == true }
        #expect(client.transfers[id]?.received == size)
        #expect(client.transfers[id]?.isExact == true)
        #expect(gateway.metrics.carriersCrossing.value > 0)
        try await client.tunnel.close()
        try await eventually { gateway.table.count == 0 }
        try await gateway.stop()
    }

    @Test("A wrong token, another device, other capabilities and an old attempt are refused and change nothing")
    func refusals() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open(sending: 1_000, finishes: false)
        try await client.run { $0.transfers[id]?.received == 1_000 }
        let old = client.request()
        try await client.resume()
        var forged = client.request()
        forged.resumeToken = String(forged.resumeToken.dropLast()) + "!"
        for answer in [
            try await client.ask(forged).1, try await client.ask(old).1,
            try await client.ask(client.request(), device: "dev_2").1,
            try await client.ask(client.request(), capabilities: [.binary, .flowControl, .resume]).1,
        ] {
            #expect(answer == .refused(reason: "invalid_token"))
        }
        let other = try client.open(sending: 100)
        try await client.run { $0.transfers[other]?.isFinished == true }
        try await client.resume()
        #expect(client.transfers[id]?.closed == nil)
        #expect(gateway.controlPlane.with { $0.asked.count } == 1)
        try await client.tunnel.close()
        try await gateway.stop()
    }

    @Test("When the window is over the session is gone, and the token decides: resumed is false")
    func windowOver() async throws {
        var options = TestGateway.Options.echo
        options.sessions.resumeWindow = .milliseconds(50)
        let gateway = try await TestGateway.start(options)
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open(sending: 10, finishes: false)
        try await client.run { $0.transfers[id]?.received == 10 }
        await client.cut()
        try await eventually { gateway.table.count == 0 && gateway.metrics.sessionsWaiting.value == 0 }
        let (tunnel, answer) = try await client.ask(client.request())
        guard case .allowed(let grant) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(grant.resumed == false)
        #expect(grant.sessionID != client.grant.sessionID)
        #expect(grant.resumeToken != nil)
        #expect(grant.resumeToken != client.grant.resumeToken)
        await tunnel.connection.close()
        try await gateway.stop()
    }

    @Test("A session is resumed while the backend is away and the gateway is full")
    func backendAway() async throws {
        var options = TestGateway.Options.echo
        options.sessions.maxSessions = 1
        let gateway = try await TestGateway.start(options)
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open(sending: 10, finishes: false)
        try await client.run { $0.transfers[id]?.received == 10 }
        gateway.controlPlane.with { $0.isDown = true }
        await client.cut()
        try await client.resume()
        let other = try client.open(sending: 100)
        try await client.run { $0.transfers[other]?.isFinished == true }
        let tunnel = try await TestTunnel.upgrade(port: gateway.port)
        let hello = Hello(deviceID: "dev_9", token: "token")
        #expect(try await tunnel.greet(hello) == .refused(reason: "overloaded"))
        #expect(gateway.metrics.limits[.sessions].value == 1)
        try await client.tunnel.close()
        try await gateway.stop()
    }

    @Test("A session revoked while it waits is over: a later resume is an ordinary hello")
    func revokedWhileWaiting() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open(sending: 10, finishes: false)
        try await client.run { $0.transfers[id]?.received == 10 }
        await client.cut()
        try await eventually { gateway.metrics.sessionsWaiting.value == 1 }
        gateway.table.revoke(sessionID: client.grant.sessionID, reason: "revoked")
        try await eventually { gateway.table.count == 0 }
        gateway.controlPlane.with { $0.refusal = .deviceBlocked }
        #expect(try await client.ask(client.request()).1 == .refused(reason: "device_blocked"))
        #expect(gateway.metrics.streamsActive.value == 0)
        try await gateway.stop()
    }

    @Test("A close frame ends the session: nothing waits")
    func closeIsNoBreak() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        try await client.tunnel.close()
        try await eventually { gateway.table.count == 0 }
        guard case .allowed(let grant) = try await client.ask(client.request()).1 else {
            Issue.record("not allowed")
            return
        }
        #expect(grant.resumed == false)
        try await gateway.stop()
    }

    @Test("A silent client's transport is dropped without a word, and its session waits")
    func silence() async throws {
        var options = TestGateway.Options.echo
        options.sessions.keepalive = .seconds(1)
        let gateway = try await TestGateway.start(options)
        let client = try await ResumingClient.open(port: gateway.port)
        #expect(try await client.tunnel.next() == nil)
        try await eventually { gateway.metrics.sessionsWaiting.value == 1 }
        try await client.resume()
        #expect(gateway.table.count == 1)
        try await client.tunnel.close()
        try await gateway.stop()
    }

    @Test("A draining gateway takes a resume and repeats goaway")
    func draining() async throws {
        let gateway = try await TestGateway.start()
        let client = try await ResumingClient.open(port: gateway.port)
        let id = try client.open(sending: 10, finishes: false)
        try await client.run { $0.transfers[id]?.received == 10 }
        await gateway.beginShutdown()
        try await client.run { $0.goaways == 1 }
        await client.cut()
        try await client.resume()
        try await client.run { $0.goaways == 2 }
        let new = try await TestTunnel.upgrade(port: gateway.port)
        #expect(try await new.greet(Hello(deviceID: "dev_3", token: "t")) == .refused(reason: "draining"))
        try await client.tunnel.close()
        try await gateway.stop()
    }
}
