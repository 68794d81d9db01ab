import NIOCore
import NIOEmbedded
import Testing

@testable import HTTVPSGateway

@Suite("Flushes and ends within a read")
struct AfterReadTests {
    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.write(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            context.flush()
            context.close(promise: nil)
        }
    }

    @Test("wait until the read is over, and keep their order")
    func order() throws {
        let channel = EmbeddedChannel(handlers: [AfterRead(), Answering()])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.pipeline.fireChannelRead(ByteBuffer(string: "x"))
        channel.pipeline.fireChannelReadComplete()
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil && channel.isActive)
        channel.embeddedEventLoop.run()
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "x"))
        #expect(!channel.isActive)
    }

    @Test("are done at once outside of a read")
    func atOnce() throws {
        let channel = EmbeddedChannel(handlers: [AfterRead()])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.pipeline.writeAndFlush(ByteBuffer(string: "y"), promise: nil)
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "y"))
        _ = try channel.finish()
    }
}
