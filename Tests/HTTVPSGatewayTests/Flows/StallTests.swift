import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct StallTests {
    private static let window = 65_536
    private static let sessions = 8
    private static let streams = 32

    @Test("256 stalled downloads hold a window each at most, and neither their sessions nor the next one notice")
    func stalledDownloads() async throws {
        let size = 1 << 20
        let node = try await TestNode.start(.source(size))
        var options = TestGateway.Options.shadowsocks
        options.sessions.initialWindow = Self.window
        options.sessions.maxSessionBuffer = 1 << 20
        options.sessions.memoryBudget = Self.sessions * ((1 << 20) + Self.streams * Self.window)
        options.egress.fanOutPerMinute = 100_000
        let gateway = try await TestGateway.start(options, controlPlane: TestBackend(nodes: [node.assigned()]))
        var clients: [ResumingClient] = []
        for number in 1...Self.sessions {
            let client = try await ResumingClient.open(port: gateway.port, device: "dev_\(number)")
            let stalled = try (1...Self.streams).map { _ in try client.open("127.0.0.1:80", sending: 2) }
            for id in stalled { client.setReading(false, on: id) }
            try await client.run { client in stalled.allSatisfy { client.transfers[$0]?.received == Self.window } }
            #expect(gateway.heldBytes <= number * Self.streams * Self.window)
            clients.append(client)
        }
        #expect(gateway.metrics.streamsActive.value == Int64(Self.sessions * Self.streams))
        clients.append(try await ResumingClient.open(port: gateway.port, device: "dev_257"))
        for client in [clients[0], clients[Self.sessions]] {
            let id = try client.open("127.0.0.1:80", sending: 2)
            try await client.run { $0.transfers[id]?.isFinished == true }
            #expect(client.transfers[id]?.received == size && client.transfers[id]?.isExact == true)
        }
        #expect(!gateway.environment.memory.isExceeded)
        #expect(gateway.metrics.limits[.memoryBudget].value == 0)
        for client in clients { try await client.tunnel.close() }
        try await eventually { gateway.heldBytes == 0 }
        try await gateway.stop()
        await node.stop()
    }

    @Test("256 uploads to nodes that take nothing hold a window each at most, and the next session does not notice")
    func stalledUploads() async throws {
        let stalling = try await TestNode.start(.stall)
        let node = try await TestNode.start(.sink)
        var options = TestGateway.Options.shadowsocks
        options.sessions.initialWindow = Self.window
        options.egress.fanOutPerMinute = 100_000
        let backend = TestBackend(nodes: [stalling.assigned("oln_1")])
        let gateway = try await TestGateway.start(options, controlPlane: backend)
        var clients: [ResumingClient] = []
        for number in 1...Self.sessions {
            let client = try await ResumingClient.open(port: gateway.port, device: "dev_\(number)")
            for _ in 1...Self.streams { _ = try client.open("127.0.0.1:80", sending: 1 << 30) }
            client.sendMore()
            clients.append(client)
        }
        let all = Int64(Self.sessions * Self.streams)
        try await eventually { gateway.metrics.streamsActive.value == all }
        backend.with { $0.nodes = [node.assigned("oln_2")] }
        let next = try await ResumingClient.open(port: gateway.port, device: "dev_257")
        let size = 1 << 20
        let id = try next.open("127.0.0.1:80", sending: size)
        try await next.run { $0.transfers[id]?.isFinished == true }
        #expect(node.seen.bytes == size && node.seen.isExact)
        #expect(gateway.heldBytes <= Int(all + 1) * Self.window)
        for client in clients + [next] { try await client.tunnel.close() }
        try await eventually { gateway.heldBytes == 0 }
        try await gateway.stop()
        for node in [stalling, node] { await node.stop() }
    }
}
