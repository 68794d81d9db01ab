import NIOCore
import NIOPosix

final class UDPEcho: Sendable {
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.writeAndFlush(data, promise: nil) }
    }

    private let channel: any Channel

    private init(_ channel: any Channel) { self.channel = channel }

    static func start() async throws -> UDPEcho {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return UDPEcho(channel)
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    func stop() async throws { try await channel.close() }
}
