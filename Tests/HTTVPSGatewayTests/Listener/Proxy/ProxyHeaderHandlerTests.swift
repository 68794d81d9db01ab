import NIOCore
import NIOEmbedded
import Testing

@testable import HTTVPSGateway

struct ProxyHeaderHandlerTests {
    private final class Seen {
        var refusals = 0
        var isOpened = false
    }

    private func open(_ seen: Seen) -> EmbeddedChannel {
        EmbeddedChannel(
            handler: ProxyHeaderHandler(isRequired: true, timeout: .seconds(15), refuse: { seen.refusals += 1 }) { _ in
                seen.isOpened = true
            })
    }

    @Test("A header that does not come in time or ends early is refused once")
    func refused() throws {
        let late = Seen()
        let lateChannel = open(late)
        lateChannel.embeddedEventLoop.advanceTime(by: .seconds(14))
        #expect(late.refusals == 0)
        lateChannel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(late.refusals == 1 && !late.isOpened)
        let cut = Seen()
        let cutChannel = open(cut)
        try cutChannel.writeInbound(ByteBuffer(string: "PROXY TCP4 "))
        cutChannel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        cutChannel.embeddedEventLoop.advanceTime(by: .seconds(20))
        #expect(cut.refusals == 1 && !cut.isOpened)
    }

    @Test("A header that comes in time opens the connection, and nothing is refused later")
    func opened() throws {
        let seen = Seen()
        let channel = open(seen)
        try channel.writeInbound(ByteBuffer(string: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"))
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        #expect(seen.refusals == 0 && seen.isOpened)
    }
}
