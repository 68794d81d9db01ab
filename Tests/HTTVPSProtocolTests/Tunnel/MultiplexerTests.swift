import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("The multiplexer")
struct MultiplexerTests {
    private static let target = TargetAddress("example.com:443")

    private static func multiplexer(
        _ role: TunnelRole = .gateway, _ capabilities: Capabilities = [.binary, .flowControl], maxStreams: Int = 4
    ) -> Multiplexer {
        Multiplexer(
            configuration: .init(role: role, capabilities: capabilities, maxStreams: maxStreams, initialWindow: 65_536))
    }

    private static func open(_ id: StreamID, _ data: String = "") -> Frame {
        .streamOpen(id, target: target, data: .text(data))
    }

    private static func code(_ multiplexer: inout Multiplexer, _ frame: Frame) -> TunnelError.Code? {
        do throws(TunnelError) {
            _ = try multiplexer.receive(frame)
            return nil
        } catch {
            return error.code
        }
    }

    private static func isRefused(_ result: Multiplexer.OnFrame, _ id: StreamID, _ reason: StreamCloseReason) -> Bool {
        if case .refuse(.streamClose(id, reason, _), ending: nil) = result { true } else { false }
    }

    @Test("opens a stream with its first data")
    func opens() throws {
        var gateway = Self.multiplexer()
        let target = try #require(Self.target)
        #expect(try gateway.receive(Self.open(.number(0), "hi")) == .open(.number(0), target, data: .text("hi")))
        #expect(gateway.activeStreams == 1)
        #expect(gateway.isOpen(.number(0)))
        #expect(gateway.mayWrite(.number(0)))
        #expect(gateway.credit(.number(0)) == 65_536)
    }

    @Test("ends the session where a binary id does not rise", arguments: [5, 4, 0] as [UInt32])
    func binaryIDs(number: UInt32) throws {
        var gateway = Self.multiplexer()
        _ = try gateway.receive(Self.open(.number(5)))
        #expect(Self.code(&gateway, Self.open(.number(number))) == .badFrame)
        _ = try gateway.receive(.streamClose(.number(5), .normal, message: ""))
        #expect(Self.code(&gateway, Self.open(.number(number))) == .badFrame)
        #expect(Self.code(&gateway, Self.open(.number(6))) == nil)
    }

    @Test("refuses a used JSON id and ends the earlier stream of that id")
    func jsonIDs() throws {
        var gateway = Self.multiplexer(.gateway, [])
        let id = StreamID.name("a")
        _ = try gateway.receive(Self.open(id))
        guard case .refuse(.streamClose(id, .duplicateStream, _), ending: id) = try gateway.receive(Self.open(id))
        else {
            Issue.record("the duplicate was not refused")
            return
        }
        #expect(gateway.activeStreams == 0)
        #expect(Self.isRefused(try gateway.receive(Self.open(id)), id, .duplicateStream))
        #expect(try gateway.receive(.streamData(id, .text("x"))) == .ignored)
    }

    @Test("remembers the last 1,024 JSON ids, and open ones for ever")
    func remembersNames() throws {
        var gateway = Self.multiplexer(.gateway, [])
        _ = try gateway.receive(Self.open(.name("open")))
        for number in 0..<1_024 {
            _ = try gateway.receive(Self.open(.name("\(number)")))
            _ = try gateway.receive(.streamClose(.name("\(number)"), .normal, message: ""))
        }
        #expect(Self.isRefused(try gateway.receive(Self.open(.name("0"))), .name("0"), .duplicateStream))
        #expect(try gateway.receive(.streamFinish(.name("0"))) == .ignored)
        guard case .refuse(_, ending: .name("open")) = try gateway.receive(Self.open(.name("open"))) else {
            Issue.record("the open id was forgotten")
            return
        }
    }

    @Test(
        "answers a frame for a stream that never was with unknown_stream",
        arguments: [[.binary, .flowControl], [.flowControl]] as [Capabilities])
    func unknownStreams(capabilities: Capabilities) throws {
        let id: StreamID = capabilities.contains(.binary) ? .number(9) : .name("9")
        var gateway = Self.multiplexer(.gateway, capabilities)
        for frame in [Frame.streamData(id, .text("x")), .streamFinish(id), .streamWindow(id, received: 0, limit: 0)] {
            #expect(Self.isRefused(try gateway.receive(frame), id, .unknownStream))
        }
        #expect(try gateway.receive(.streamClose(id, .normal, message: "")) == .ignored)
        var client = Self.multiplexer(.client, capabilities)
        #expect(Self.isRefused(try client.receive(.streamOpened(id)), id, .unknownStream))
    }

    @Test("ignores frames for streams that are over, in binary for every id up to the highest")
    func overStreams() throws {
        var gateway = Self.multiplexer()
        _ = try gateway.receive(Self.open(.number(5)))
        _ = try gateway.receive(.streamClose(.number(5), .normal, message: ""))
        for number: UInt32 in [0, 3, 5] {
            #expect(try gateway.receive(.streamData(.number(number), .text("x"))) == .ignored)
            #expect(try gateway.receive(.streamFinish(.number(number))) == .ignored)
            #expect(try gateway.receive(.streamWindow(.number(number), received: 99, limit: 0)) == .ignored)
        }
    }

    @Test("refuses streams past max_streams until one is over")
    func streamLimit() throws {
        var gateway = Self.multiplexer(maxStreams: 1)
        _ = try gateway.receive(Self.open(.number(1)))
        #expect(Self.isRefused(try gateway.receive(Self.open(.number(2))), .number(2), .streamLimit))
        #expect(try gateway.receive(.streamData(.number(2), .text("x"))) == .ignored)
        _ = try gateway.receive(.streamFinish(.number(1)))
        #expect(Self.isRefused(try gateway.receive(Self.open(.number(3))), .number(3), .streamLimit))
        #expect(gateway.sendFinish(on: .number(1)) == true)
        #expect(try gateway.receive(Self.open(.number(4))) != .ignored)
        #expect(gateway.activeStreams == 1)
    }

    @Test("refuses new streams while draining and a target that cannot be")
    func refusals() throws {
        var gateway = Self.multiplexer()
        let impossible = Frame.streamOpen(.number(1), target: nil, data: ByteBuffer())
        #expect(Self.isRefused(try gateway.receive(impossible), .number(1), .badTarget))
        #expect(Self.code(&gateway, Self.open(.number(1))) == .badFrame)
        gateway.drain()
        #expect(Self.isRefused(try gateway.receive(Self.open(.number(2))), .number(2), .draining))
        #expect(gateway.activeStreams == 0)
    }

    @Test("takes the data of a stream only within its window and before its finish")
    func data() throws {
        var gateway = Self.multiplexer()
        _ = try gateway.receive(Self.open(.number(1), "x"))
        #expect(try gateway.receive(.streamData(.number(1), ByteBuffer())) == .ignored)
        let rest = ByteBuffer(repeating: 0, count: 65_535)
        #expect(try gateway.receive(.streamData(.number(1), rest)) == .data(.number(1), rest, acknowledgement: nil))
        #expect(gateway.sendOpened(on: .number(1)) == nil)
        var full = gateway
        #expect(Self.code(&full, .streamData(.number(1), .text("x"))) == .flowControlError)
        #expect(gateway.consume(32_767, on: .number(1)) == nil)
        #expect(
            gateway.consume(1, on: .number(1)) == .streamWindow(.number(1), received: 65_536, limit: 65_536 + 32_768))
        #expect(
            try gateway.receive(.streamFinish(.number(1)))
                == .finish(
                    .number(1), acknowledgement: .streamWindow(.number(1), received: 65_537, limit: 65_536 + 32_768)))
        #expect(try gateway.receive(.streamFinish(.number(1))) == .ignored)
        #expect(Self.code(&gateway, .streamData(.number(1), ByteBuffer())) == .badFrame)
    }

    @Test("acknowledges the finish that ends a stream")
    func lastFinish() throws {
        var gateway = Self.multiplexer()
        _ = try gateway.receive(Self.open(.number(1)))
        #expect(gateway.sendOpened(on: .number(1)) == nil)
        #expect(gateway.sendFinish(on: .number(1)) == true)
        #expect(
            try gateway.receive(.streamFinish(.number(1)))
                == .finish(.number(1), acknowledgement: .streamWindow(.number(1), received: 1, limit: 65_536)))
        #expect(!gateway.isOpen(.number(1)))
        #expect(gateway.sendFinish(on: .number(1)) == false)
        #expect(gateway.close(.number(1)) == false)
        #expect(gateway.consume(5, on: .number(1)) == nil)
    }

    @Test("gives the credit that the peer grants and refuses impossible acknowledgements")
    func credit() throws {
        var gateway = Self.multiplexer()
        _ = try gateway.receive(Self.open(.number(1)))
        gateway.sendData(ByteBuffer(repeating: 0, count: 65_536), on: .number(1))
        #expect(gateway.credit(.number(1)) == 0)
        #expect(try gateway.receive(.streamWindow(.number(1), received: 65_536, limit: 70_000)) == .credit(.number(1)))
        #expect(gateway.credit(.number(1)) == 4_464)
        var other = gateway
        #expect(Self.code(&gateway, .streamWindow(.number(1), received: 65_537, limit: 70_000)) == .flowControlError)
        #expect(Self.code(&other, .streamWindow(.number(1), received: 65_535, limit: 70_000)) == .flowControlError)
    }

    @Test("refuses frames from the wrong side and of capabilities that were not agreed")
    func wrongFrames() throws {
        var gateway = Self.multiplexer()
        for frame in [
            Frame.streamOpened(.number(1)), .goaway(reason: "", graceSeconds: 0),
            .error(code: "", message: "", stream: nil), .padding(1),
            .datagram(.number(1), target: Self.target, data: ByteBuffer()),
        ] {
            #expect(Self.code(&gateway, frame) == .badFrame)
        }
        var client = Self.multiplexer(.client)
        #expect(Self.code(&client, Self.open(.number(1))) == .badFrame)
        var plain = Self.multiplexer(.gateway, [])
        _ = try plain.receive(Self.open(.name("a")))
        #expect(Self.code(&plain, .streamWindow(.name("a"), received: 0, limit: 0)) == .badFrame)
    }

    @Test("answers a ping with its nonce and ignores a pong")
    func pings() throws {
        var client = Self.multiplexer(.client)
        #expect(try client.receive(.ping(.text("n"))) == .reply(.pong(.text("n"))))
        #expect(try client.receive(.ping(nil)) == .reply(.pong(nil)))
        #expect(try client.receive(.pong(.text("n"))) == .ignored)
    }

    @Test("opens no stream as a client behind goaway or past the limit")
    func clientRefusals() throws {
        var client = Self.multiplexer(.client, maxStreams: 1)
        let id = try client.openStream(to: #require(Self.target))
        #expect(throws: Multiplexer.OpenRefusal.streamLimit) { try client.openStream(to: #require(Self.target)) }
        #expect(client.close(id) == true)
        let next = try client.openStream(to: #require(Self.target))
        #expect(next != id)
        #expect(
            try client.receive(.goaway(reason: "draining", graceSeconds: 5))
                == .goaway(reason: "draining", graceSeconds: 5))
        #expect(client.close(next) == true)
        #expect(throws: Multiplexer.OpenRefusal.draining) { try client.openStream(to: #require(Self.target)) }
    }
}
