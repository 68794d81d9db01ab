import NIOCore
import NIOPosix

final class TestTarget: Sendable {
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.write(data, promise: nil) }

        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { context.close(mode: .output, promise: nil) }
        }
    }

    private final class Source: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var left: Int

        init(_ count: Int) { left = count }

        func channelActive(context: ChannelHandlerContext) { produce(context) }

        func channelWritabilityChanged(context: ChannelHandlerContext) { produce(context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

        private func produce(_ context: ChannelHandlerContext) {
            while left > 0, context.channel.isWritable {
                let count = min(left, 65_536)
                left -= count
                context.writeAndFlush(NIOAny(ByteBuffer(repeating: UInt8(left & 255), count: count)), promise: nil)
            }
            if left == 0 {
                left = -1
                context.close(mode: .output, promise: nil)
            }
        }
    }

    let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    private init(_ channel: any Channel) { self.channel = channel }

    static func echo() async throws -> TestTarget {
        try await start { try $0.pipeline.syncOperations.addHandler(Echo()) }
    }

    static func source(_ count: Int) async throws -> TestTarget {
        try await start { try $0.pipeline.syncOperations.addHandler(Source(count)) }
    }

    private static func start(_ prepare: @escaping @Sendable (any Channel) throws -> Void) async throws -> TestTarget {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try prepare(channel) } }
            .bind(host: "127.0.0.1", port: 0).get()
        return TestTarget(channel)
    }

    func stop() async { try? await channel.close() }
}
