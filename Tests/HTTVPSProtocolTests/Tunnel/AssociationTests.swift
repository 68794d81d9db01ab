import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Associations in the multiplexer")
struct AssociationTests {
    private static let id = StreamID.number(3)

    private static func multiplexer(_ role: TunnelRole = .gateway) -> Multiplexer {
        Multiplexer(
            configuration: .init(
                role: role, capabilities: [.binary, .flowControl, .datagram], maxStreams: 2, initialWindow: 65_536))
    }

    private static func target() throws -> TargetAddress { try #require(TargetAddress("192.0.2.1:53")) }

    private static func datagram(_ id: StreamID = id) throws -> Frame {
        .datagram(id, target: try target(), data: .text("q"))
    }

    private static func isRefused(_ result: Multiplexer.OnFrame, _ reason: StreamCloseReason) -> Bool {
        if case .refuse(.streamClose(_, reason, _), _) = result { true } else { false }
    }

    @Test("begin with their first datagram and end by stream_close")
    func life() throws {
        var gateway = Self.multiplexer()
        #expect(try gateway.receive(Self.datagram()) == .datagram(Self.id, Self.target(), .text("q"), begins: true))
        #expect(try gateway.receive(Self.datagram()) == .datagram(Self.id, Self.target(), .text("q"), begins: false))
        #expect(gateway.isOpen(Self.id))
        #expect(gateway.activeStreams == 1)
        #expect(
            try gateway.receive(.streamClose(Self.id, .normal, message: "")) == .closed(Self.id, .normal, message: ""))
        #expect(try gateway.receive(Self.datagram()) == .ignored)
        #expect(gateway.activeStreams == 0)
    }

    @Test("are refused as streams are")
    func refusals() throws {
        var gateway = Self.multiplexer()
        let impossible = Frame.datagram(.number(1), target: nil, data: ByteBuffer())
        #expect(Self.isRefused(try gateway.receive(impossible), .badTarget))
        #expect(try gateway.receive(Self.datagram(.number(1))) == .ignored)
        _ = try gateway.receive(Self.datagram(.number(2)))
        _ = try gateway.receive(Self.datagram(.number(3)))
        #expect(Self.isRefused(try gateway.receive(Self.datagram(.number(4))), .streamLimit))
        guard
            case .refuse(.streamClose(.number(2), .badTarget, _), ending: .number(2)) =
                try gateway.receive(.datagram(.number(2), target: nil, data: ByteBuffer()))
        else {
            Issue.record("an impossible target did not end its association")
            return
        }
        gateway.drain()
        #expect(Self.isRefused(try gateway.receive(Self.datagram(.number(5))), .draining))
    }

    @Test("mix with no stream")
    func kinds() throws {
        var gateway = Self.multiplexer()
        _ = try gateway.receive(Self.datagram())
        _ = try gateway.receive(.streamOpen(.number(4), target: Self.target(), data: ByteBuffer()))
        for frame in [
            Frame.streamData(Self.id, .text("x")), .streamFinish(Self.id),
            .streamWindow(Self.id, received: 0, limit: 0), try Self.datagram(.number(4)),
            .streamOpen(Self.id, target: try Self.target(), data: ByteBuffer()),
        ] {
            var copy = gateway
            #expect { try copy.receive(frame) } throws: { ($0 as? TunnelError)?.code == .badFrame }
        }
    }

    @Test("take ids as streams do, and a client knows only its own")
    func client() throws {
        var client = Self.multiplexer(.client)
        let id = try client.openAssociation()
        #expect(try client.openStream(to: Self.target()) == .number(2))
        #expect(throws: Multiplexer.OpenRefusal.streamLimit) { try client.openAssociation() }
        #expect(try client.receive(Self.datagram(id)) == .datagram(id, Self.target(), .text("q"), begins: false))
        #expect(Self.isRefused(try client.receive(Self.datagram(.number(9))), .unknownStream))
        #expect(client.endAssociations() == [id])
        #expect(try client.receive(Self.datagram(id)) == .ignored)
    }
}
