import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct NodeChoiceTests {
    private static let hello = ByteBuffer(bytes: [0x16, 0x03, 0x01, 0x02, 0x00])

    private func target(_ number: Int = 1) -> TargetAddress? { TargetAddress("127.0.0.\(number):80") }

    private func isData(_ frame: Frame) -> Bool { if case .streamData = frame { true } else { false } }

    private func isEnd(_ frame: Frame) -> Bool { if case .streamClose = frame { true } else { false } }

    private func with(
        _ nodes: [TestNode], spare: AssignedNode? = nil, options: TestGateway.Options = .shadowsocks,
        dead: [AssignedNode] = [], _ body: (TestGateway, TestTunnel) async throws -> Void
    ) async throws {
        let assigned = nodes.enumerated().map { $1.assigned("oln_\($0 + 1)") }
        let controlPlane = TestBackend(nodes: dead + assigned)
        controlPlane.with { $0.spare = spare }
        let gateway = try await TestGateway.start(options, controlPlane: controlPlane)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        try await body(gateway, tunnel)
        await tunnel.connection.close()
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.streamsActive.value == 0 })
        #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.egress.warmConnections.value == 0 })
        try await gateway.stop()
        for node in nodes { await node.stop() }
    }

    private func echo(
        _ tunnel: TestTunnel, _ number: UInt32, _ data: ByteBuffer = hello, to target: Int = 1
    ) async throws {
        try await tunnel.send(.streamOpen(.number(number), target: self.target(target), data: data))
        _ = try await tunnel.frames { frame in
            if case .streamData(.number(number), _) = frame { true } else { false }
        }
    }

    @Test("A node that does not take the connection in time is overtaken by the next")
    func hedges() async throws {
        let slow = try FullListener()
        let node = try await TestNode.start(.echo)
        var first = node.assigned("oln_slow")
        first.port = UInt16(slow.port)
        var options = TestGateway.Options.shadowsocks
        options.egress.connectTimeout = .seconds(600)
        options.egress.warmConnections = 0
        try await with([node], options: options, dead: [first]) { gateway, tunnel in
            try await echo(tunnel, 1)
            #expect(gateway.metrics.egress.hedgedDials.value == 1)
        }
        withExtendedLifetime(slow) {}
    }

    @Test("A node that resets before its first byte is followed by the next, with a new salt")
    func resets() async throws {
        let resetting = try await TestNode.start(.resetAtOnce)
        let node = try await TestNode.start(.echo)
        try await with([resetting, node]) { _, tunnel in
            try await echo(tunnel, 1)
            let salts = resetting.seen.salts + node.seen.salts
            #expect(salts.count >= 2)
            #expect(Set(salts).count == salts.count)
            #expect(node.seen.firstPlaintexts == [Self.hello.readableBytes])
        }
    }

    @Test("A request that must not be sent twice is not, and its stream ends with egress_unavailable")
    func notTwice() async throws {
        let resetting = try await TestNode.start(.resetAtOnce)
        let node = try await TestNode.start(.echo)
        try await with([resetting, node]) { _, tunnel in
            try await tunnel.send(
                .streamOpen(.number(1), target: target(), data: ByteBuffer(string: "POST / HTTP/1.1\r\n")))
            guard case .streamClose(_, .egressUnavailable, _) = try await tunnel.frames(until: isEnd).last else {
                Issue.record("no egress_unavailable")
                return
            }
            #expect(node.seen.firstPlaintexts.isEmpty)
        }
    }

    @Test("A node that takes connections and answers nothing loses the session after some targets")
    func blackHole() async throws {
        let silent = try await TestNode.start(.stall)
        let node = try await TestNode.start(.echo)
        var options = TestGateway.Options.shadowsocks
        options.egress.answerPatience = .milliseconds(50)
        try await with([silent, node], spare: node.assigned("oln_3"), options: options) { gateway, tunnel in
            for number in 1...5 {
                tunnel.post(.streamOpen(.number(UInt32(number)), target: target(number), data: Self.hello))
            }
            #expect(
                try await Poll.until(within: .seconds(60)) {
                    gateway.metrics.streamsActive.value == 5 && silent.seen.accepted >= 5
                })
            var number: UInt32 = 6
            while node.seen.bytes == 0 {
                tunnel.post(.streamOpen(.number(number), target: target(Int(number % 200)), data: Self.hello))
                number += 1
                try await Task.sleep(for: .milliseconds(20))
            }
            _ = try await tunnel.frames(until: isData)
            #expect(gateway.controlPlane.with { $0.excluded }.first == ["oln_1"])
            #expect(gateway.metrics.egress.breakerChanges[.open].value == 0)
        }
    }

    @Test("One bad target moves nothing")
    func oneBadTarget() async throws {
        let node = try await TestNode.start(.finishAtOnce)
        let other = try await TestNode.start(.echo)
        try await with([node, other]) { gateway, tunnel in
            for number in 1...30 {
                try await tunnel.send(
                    .streamOpen(.number(UInt32(number)), target: target(), data: ByteBuffer(string: "x")))
                _ = try await tunnel.frames { $0 == .streamFinish(.number(UInt32(number))) }
            }
            #expect(other.seen.firstPlaintexts.isEmpty)
        }
    }

    @Test("A node that ends every stream before its first byte loses the session, whatever the target")
    func endsEarly() async throws {
        let node = try await TestNode.start(.finishAtOnce)
        let other = try await TestNode.start(.echo)
        try await with([node, other]) { gateway, tunnel in
            for number in 1...5 {
                try await tunnel.send(
                    .streamOpen(.number(UInt32(number)), target: target(number), data: ByteBuffer(string: "x")))
                _ = try await tunnel.frames { $0 == .streamFinish(.number(UInt32(number))) }
            }
            try await echo(tunnel, 6, to: 6)
        }
    }

    @Test("When a node goes away its streams go on, and new ones take the node that the backend names")
    func moves() async throws {
        let leaving = try await TestNode.start(.echo)
        let fallback = try await TestNode.start(.echo)
        let spare = try await TestNode.start(.echo)
        var options = TestGateway.Options.shadowsocks
        options.egress.warmConnections = 0
        try await with([leaving, fallback], spare: spare.assigned("oln_9"), options: options) { gateway, tunnel in
            try await echo(tunnel, 1)
            await leaving.stopAccepting()
            for number in 2...4 { try await echo(tunnel, UInt32(number)) }
            #expect(fallback.seen.firstPlaintexts.count == 3)
            #expect(gateway.metrics.egress.breakerChanges[.open].value == 1)
            var number: UInt32 = 5
            while spare.seen.firstPlaintexts.isEmpty {
                try await echo(tunnel, number)
                number += 1
            }
            #expect(gateway.controlPlane.with { $0.excluded } == [["oln_1"]])
            try await tunnel.send(.streamData(.number(1), ByteBuffer(string: "still here")))
            _ = try await tunnel.frames { $0 == .streamData(.number(1), ByteBuffer(string: "still here")) }
        }
        await spare.stop()
    }

    @Test("Behind the first stream a connection is kept ready, which the next one takes")
    func warm() async throws {
        let node = try await TestNode.start(.echo)
        try await with([node]) { gateway, tunnel in
            try await echo(tunnel, 1)
            #expect(try await Poll.until(within: .seconds(60)) { node.seen.accepted >= 2 })
            #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.nodes.count(.connected) >= 2 })
            try await echo(tunnel, 2)
            #expect(gateway.metrics.egress.warmTakes[.miss].value == 1)
            #expect(gateway.metrics.egress.warmTakes[.hit].value == 1)
            #expect(Set(node.seen.salts).count == 2)
        }
    }

    @Test("A ready connection that the node has closed is dropped, one that dies under the first bytes is replaced")
    func staleWarm() async throws {
        let node = try await TestNode.start(.echo)
        try await with([node]) { gateway, tunnel in
            try await echo(tunnel, 1)
            #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.nodes.count(.connected) >= 2 })
            node.doomIdle()
            try await echo(tunnel, 2, ByteBuffer(string: "POST / HTTP/1.1\r\n"))
            #expect(gateway.metrics.egress.warmTakes[.stale].value == 1)
            #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.egress.warmConnections.value > 0 })
            await node.closeIdle()
            try await echo(tunnel, 3, ByteBuffer(string: "POST / HTTP/1.1\r\n"))
            #expect(Set(node.seen.salts).count == node.seen.salts.count)
        }
    }

    @Test("A node that comes back with another key is taken with it")
    func renewedKey() async throws {
        let node = try await TestNode.start(.echo)
        var stale = node.assigned("oln_1")
        stale.password = "an older key"
        let renewed = node.assigned("oln_1")
        try await with([], spare: renewed, dead: [stale]) { gateway, tunnel in
            for number in 1...5 {
                try await tunnel.send(
                    .streamOpen(.number(UInt32(number)), target: target(number), data: ByteBuffer(string: "x")))
                _ = try await tunnel.frames { frame in
                    switch frame {
                    case .streamFinish(.number(UInt32(number))), .streamClose(.number(UInt32(number)), _, _): true
                    default: false
                    }
                }
            }
            var number: UInt32 = 6
            while node.seen.firstPlaintexts.isEmpty {
                tunnel.post(.streamOpen(.number(number), target: target(Int(number % 200)), data: Self.hello))
                number += 1
                try await Task.sleep(for: .milliseconds(20))
            }
            _ = try await tunnel.frames(until: isData)
        }
        await node.stop()
    }

    @Test("A download that the client drops is fed no further")
    func droppedDownload() async throws {
        let node = try await TestNode.start(.source(1 << 30))
        try await with([node]) { gateway, tunnel in
            try await tunnel.send(.streamOpen(.number(1), target: target(), data: Self.hello))
            _ = try await tunnel.frames(until: isData)
            try await tunnel.send(.streamClose(.number(1), .normal, message: ""))
            #expect(try await Poll.until(within: .seconds(60)) { node.seen.finishes == 1 })
            let moved = gateway.metrics.bytesDown.value
            try await tunnel.send(.ping(ByteBuffer(string: "x")))
            _ = try await tunnel.frames { $0 == .pong(ByteBuffer(string: "x")) }
            #expect(gateway.metrics.bytesDown.value == moved)
            #expect(moved <= 262_144)
        }
    }

    @Test("When ss-server dies and comes back, connections that were kept ready to it are forgotten")
    func restartedServer() async throws {
        let server = try await ShadowsocksServer.start()
        let echo = try await TestTarget.echo()
        let node = AssignedNode(
            nodeID: "oln_1", host: "127.0.0.1", port: UInt16(server.port), method: server.method,
            password: server.password, prefix: nil, halfClose: false, region: "eu", weight: 1)
        let target = TargetAddress("127.0.0.1:\(echo.port)")
        try await with([], dead: [node]) { gateway, tunnel in
            try await tunnel.send(.streamOpen(.number(1), target: target, data: ByteBuffer(string: "a")))
            _ = try await tunnel.frames(until: isData)
            #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.nodes.count(.connected) >= 2 })
            server.process.signal(9)
            _ = try await tunnel.frames { if case .streamFinish = $0 { true } else { isEnd($0) } }
            let again = try await ShadowsocksServer.start(port: server.port)
            var number: UInt32 = 2
            var isBack = false
            while !isBack {
                let id = StreamID.number(number)
                try await tunnel.send(.streamOpen(id, target: target, data: ByteBuffer(string: "b")))
                let frames = try await tunnel.frames { frame in
                    switch frame {
                    case .streamData(id, _), .streamClose(id, _, _), .streamFinish(id): true
                    default: false
                    }
                }
                isBack = frames.contains(where: isData)
                number += 1
            }
            again.process.signal(9)
        }
        await echo.stop()
    }

    @Test("Switched off, no connection is kept ready")
    func cold() async throws {
        let node = try await TestNode.start(.echo)
        var options = TestGateway.Options.shadowsocks
        options.egress.warmConnections = 0
        try await with([node], options: options) { gateway, tunnel in
            for number in 1...5 { try await echo(tunnel, UInt32(number)) }
            #expect(node.seen.accepted == 5)
            #expect(gateway.metrics.egress.warmTakes[.miss].value == 0)
        }
    }

    @Test("Past its fan-out a session reaches no new targets, but those it knows")
    func fanOut() async throws {
        let node = try await TestNode.start(.echo)
        var options = TestGateway.Options.shadowsocks
        options.egress.fanOutPerMinute = 2
        try await with([node], options: options) { gateway, tunnel in
            for number in 1...2 { try await echo(tunnel, UInt32(number), to: number) }
            var denied = 0
            var number: UInt32 = 3
            while denied == 0 {
                try await tunnel.send(.streamOpen(.number(number), target: target(Int(number)), data: Self.hello))
                let answer = try await tunnel.frames { isData($0) || isEnd($0) }.last
                if case .streamClose(.number(number), .deniedByPolicy, _) = answer { denied += 1 }
                number += 1
            }
            try await echo(tunnel, number, to: 1)
            #expect(gateway.metrics.targetsDenied[.fanOut].value == 1)
        }
    }
}
