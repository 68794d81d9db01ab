import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("An association of datagrams", .timeLimit(.minutes(5)))
struct AssociationTests {
    private final class Inbox: DatagramConsumer, Sendable {
        struct Letter: Equatable, Sendable {
            var text: String
            var source: TargetAddress
        }

        let letters = Mutex<[Letter]>([])
        let ends = Mutex<[StreamCloseReason]>([])

        func received(_ data: ByteBuffer, from source: TargetAddress) {
            letters.withLock { $0.append(Letter(text: String(buffer: data), source: source)) }
        }

        func associationEnded(_ reason: StreamCloseReason) { ends.withLock { $0.append(reason) } }
    }

    private static func send(_ text: String, through tunnel: Tunnel, to inbox: Inbox) async throws -> Bool {
        let target = try #require(TargetAddress("dns.test:53"))
        return try await tunnel.eventLoop.submit {
            guard let line = tunnel.switchboard.value.openAssociation(inbox, for: 5) else { return false }
            line.session.sendDatagram(ByteBuffer(string: text), to: target, on: line.id)
            line.session.flush()
            return true
        }.get()
    }

    @Test("carries them both ways, ends with its connection, and another one follows")
    func life() async throws {
        var behaviour = FakeGateway.Behaviour.resuming
        behaviour.capabilities.insert(.datagram)
        let gateway = try await FakeGateway(behaviour)
        try await withTunnel(gateway.configuration()) { tunnel in
            let first = Inbox()
            try await eventually { try await Self.send("one", through: tunnel, to: first) }
            try await eventually { first.letters.withLock { !$0.isEmpty } }
            let source = try #require(TargetAddress("192.0.2.7:53"))
            #expect(first.letters.withLock { $0 } == [Inbox.Letter(text: "one", source: source)])
            gateway.dropConnections()
            try await eventually { first.ends.withLock { $0 } == [.internal] }
            let second = Inbox()
            try await eventually { try await Self.send("two", through: tunnel, to: second) }
            try await eventually { second.letters.withLock { $0.map(\.text) } == ["two"] }
            #expect(await tunnel.statistics.openStreams == 1)
        }
        try await gateway.close()
    }

    @Test("is not begun where datagrams were not agreed")
    func notAgreed() async throws {
        let gateway = try await FakeGateway(.resuming)
        try await withTunnel(gateway.configuration()) { tunnel in
            try await tunnel.openStream(to: "echo.test", port: 1).close()
            let isBegun = try await Self.send("none", through: tunnel, to: Inbox())
            #expect(!isBegun)
            #expect(await tunnel.statistics.datagramsDropped == 1)
        }
        try await gateway.close()
    }
}
