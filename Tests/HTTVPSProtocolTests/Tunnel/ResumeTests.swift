import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("A resume")
struct ResumeTests {
    private static let one = StreamID.number(1)

    private static func multiplexer(_ role: TunnelRole, maxStreams: Int = 4) -> Multiplexer {
        Multiplexer(
            configuration: .init(
                role: role, capabilities: [.binary, .flowControl, .resume, .datagram], maxStreams: maxStreams,
                initialWindow: 65_536))
    }

    private static func target() throws -> TargetAddress { try #require(TargetAddress("example.com:443")) }

    private static func gateway(sent: String = "", got: String = "", opened: Bool = true) throws -> Multiplexer {
        var gateway = multiplexer(.gateway)
        _ = try gateway.receive(.streamOpen(one, target: target(), data: .text(got)))
        guard opened else { return gateway }
        #expect(gateway.sendOpened(on: one) == nil)
        gateway.sendData(.text(sent), on: one)
        return gateway
    }

    private static func client(sent: String = "") throws -> Multiplexer {
        var client = multiplexer(.client)
        _ = try client.openStream(to: target(), data: .text(sent))
        return client
    }

    private static func repeats(_ multiplexer: inout Multiplexer, _ maxPayload: Int = 100) -> [Frame] {
        var frames: [Frame] = []
        while let frame = multiplexer.nextRepeat(maxPayload: maxPayload) { frames.append(frame) }
        return frames
    }

    @Test("repeats stream_opened, the data from the named offset, the finish and the window, in that order")
    func order() throws {
        var gateway = try Self.gateway(sent: "abcdef", got: "xyz")
        #expect(gateway.sendFinish(on: Self.one) == true)
        #expect(gateway.listedStreams == [StreamOffset(streamID: 1, received: 3)])
        #expect(gateway.highestID == 1)
        #expect(gateway.resume(listed: [StreamOffset(streamID: 1, received: 2)], lastStreamID: nil) == [])
        #expect(gateway.hasRepeats(on: Self.one))
        #expect(
            Self.repeats(&gateway, 3) == [
                .streamOpened(Self.one), .streamData(Self.one, .text("cde")), .streamData(Self.one, .text("f")),
                .streamFinish(Self.one), .streamWindow(Self.one, received: 3, limit: 65_536),
            ])
        #expect(!gateway.hasRepeats)
        #expect(gateway.retainedBytes == 4)
    }

    @Test("repeats no stream_opened where it was not sent, and no finish that has come")
    func leastRepeats() throws {
        var early = try Self.gateway(opened: false)
        #expect(early.resume(listed: [StreamOffset(streamID: 1, received: 0)], lastStreamID: nil) == [])
        #expect(Self.repeats(&early) == [])
        #expect(early.sendOpened(on: Self.one) == .streamWindow(Self.one, received: 0, limit: 65_536))
        var gateway = try Self.gateway(sent: "abc")
        #expect(gateway.sendFinish(on: Self.one) == true)
        #expect(gateway.resume(listed: [StreamOffset(streamID: 1, received: 4)], lastStreamID: nil) == [])
        #expect(
            Self.repeats(&gateway) == [
                .streamOpened(Self.one), .streamWindow(Self.one, received: 0, limit: 65_536),
            ])
    }

    @Test("gives no credit and holds a new finish back while repeats wait")
    func waiting() throws {
        var gateway = try Self.gateway(sent: "abc")
        _ = gateway.resume(listed: [StreamOffset(streamID: 1, received: 0)], lastStreamID: nil)
        #expect(gateway.credit(Self.one) == 0)
        #expect(gateway.nextRepeat(maxPayload: 100) == .streamOpened(Self.one))
        #expect(gateway.sendFinish(on: Self.one) == false)
        let data = ByteBuffer(repeating: 1, count: 40_000)
        #expect(try gateway.receive(.streamData(Self.one, data)) == .data(Self.one, data, acknowledgement: nil))
        #expect(
            Self.repeats(&gateway) == [
                .streamData(Self.one, .text("abc")), .streamFinish(Self.one),
                .streamWindow(Self.one, received: 40_000, limit: 65_536),
            ])
    }

    @Test("opens streams again that never arrived, in rising order, and new ones only behind them")
    func neverArrived() throws {
        var client = try Self.client(sent: "first")
        let two = try client.openStream(to: Self.target(), data: .text("second"))
        #expect(client.sendFinish(on: two) == true)
        #expect(client.resume(listed: [], lastStreamID: nil) == [])
        let three = try client.openStream(to: Self.target())
        #expect(client.hasRepeats(on: three))
        #expect(!client.mayBeginAssociation())
        #expect(
            Self.repeats(&client) == [
                .streamOpen(Self.one, target: try Self.target(), data: .text("first")),
                .streamOpen(two, target: try Self.target(), data: .text("second")), .streamFinish(two),
                .streamOpen(three, target: try Self.target(), data: ByteBuffer()),
            ])
        #expect(client.mayBeginAssociation())
        #expect(client.credit(Self.one) == 65_531)
    }

    @Test("ends a stream that the other side does not list, normally only where both had finished")
    func notListed() throws {
        var client = try Self.client()
        #expect(client.resume(listed: [], lastStreamID: 1) == [EndedStream(id: Self.one, isNormal: false)])
        #expect(client.activeStreams == 0)
        client = try Self.client()
        #expect(client.sendFinish(on: Self.one) == true)
        _ = try client.receive(.streamFinish(Self.one))
        #expect(!client.isOpen(Self.one))
        #expect(client.activeStreams == 1)
        #expect(client.resume(listed: [], lastStreamID: 1) == [EndedStream(id: Self.one, isNormal: true)])
    }

    @Test("ends a stream whose named offset cannot be, and leaves it out of the list", arguments: [1, 5] as [UInt64])
    func impossibleOffset(offset: UInt64) throws {
        var gateway = try Self.gateway(sent: "abcd")
        _ = try gateway.receive(.streamWindow(Self.one, received: 2, limit: 65_536))
        let listed = [StreamOffset(streamID: 1, received: offset)]
        #expect(gateway.resume(listed: listed, lastStreamID: nil) == [EndedStream(id: Self.one, isNormal: false)])
        #expect(gateway.listedStreams == [])
        #expect(gateway.retainedBytes == 0)
        var client = try Self.client(sent: "a")
        #expect(
            client.resume(listed: listed, lastStreamID: 1).isEmpty == (offset == 1))
        #expect(Self.repeats(&client).count == 1)
    }

    @Test("ignores ids that never were and ends associations")
    func strangers() throws {
        var gateway = try Self.gateway()
        _ = try gateway.receive(.datagram(.number(2), target: Self.target(), data: .text("q")))
        let listed = [
            StreamOffset(streamID: 1, received: 0), StreamOffset(streamID: 900, received: 7),
            StreamOffset(streamID: Varint.maximum, received: 7),
        ]
        #expect(gateway.resume(listed: listed, lastStreamID: nil) == [EndedStream(id: .number(2), isNormal: false)])
        #expect(gateway.listedStreams.map(\.streamID) == [1])
        #expect(gateway.highestID == 2)
    }

    @Test("keeps a stream's place until the other side has acknowledged its finish")
    func places() throws {
        var gateway = Self.multiplexer(.gateway, maxStreams: 1)
        _ = try gateway.receive(.streamOpen(Self.one, target: Self.target(), data: ByteBuffer()))
        #expect(gateway.sendOpened(on: Self.one) == nil)
        _ = try gateway.receive(.streamFinish(Self.one))
        #expect(gateway.sendFinish(on: Self.one) == true)
        #expect(!gateway.isOpen(Self.one))
        let next = Frame.streamOpen(.number(2), target: try Self.target(), data: ByteBuffer())
        guard case .refuse(.streamClose(_, .streamLimit, _), ending: nil) = try gateway.receive(next) else {
            Issue.record("the place was free before the finish was acknowledged")
            return
        }
        #expect(try gateway.receive(.streamWindow(Self.one, received: 1, limit: 65_536)) == .ignored)
        #expect(gateway.activeStreams == 0)
        #expect(gateway.listedStreams == [])
    }

    @Test("is prepared by an acknowledgement of every half initial window, consumed or not")
    func acknowledgements() throws {
        var gateway = try Self.gateway()
        let part = ByteBuffer(repeating: 1, count: 32_767)
        #expect(try gateway.receive(.streamData(Self.one, part)) == .data(Self.one, part, acknowledgement: nil))
        #expect(
            try gateway.receive(.streamData(Self.one, .text("x")))
                == .data(
                    Self.one, .text("x"), acknowledgement: .streamWindow(Self.one, received: 32_768, limit: 65_536)))
    }

    @Test("keeps only what is not acknowledged")
    func retention() throws {
        var gateway = try Self.gateway(sent: "abcdef")
        gateway.sendData(ByteBuffer(repeating: 7, count: 10_000), on: Self.one)
        #expect(gateway.retainedBytes == 10_006)
        #expect(try gateway.receive(.streamWindow(Self.one, received: 4, limit: 65_536)) == .credit(Self.one))
        #expect(gateway.retainedBytes == 10_002)
        #expect(try gateway.receive(.streamWindow(Self.one, received: 10_006, limit: 65_536)) == .credit(Self.one))
        #expect(gateway.retainedBytes == 0)
    }
}
