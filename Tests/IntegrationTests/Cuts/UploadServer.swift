import NIOCore
import NIOPosix
import Synchronization

final class UploadServer: Sendable {
    private let received = Mutex(ByteBuffer())
    private let channel: Mutex<(any Channel)?> = Mutex(nil)

    static func start(expecting count: Int) async throws -> UploadServer {
        let server = UploadServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(Collector(server, count))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.channel.withLock { $0 = channel }
        return server
    }

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }

    var body: ByteBuffer { received.withLock { $0 } }

    func stop() async throws { try await channel.withLock { $0 }?.close() }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: UploadServer
        private let expected: Int

        init(_ server: UploadServer, _ expected: Int) {
            self.server = server
            self.expected = expected
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            let count = server.received.withLock { received in
                received.writeBuffer(&bytes)
                return received.readableBytes
            }
            guard count >= expected else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "received")), promise: nil)
        }
    }
}
