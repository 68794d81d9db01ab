import NIOCore
import NIOPosix
import NIOSSL

final class TestConnection: Sendable {
    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let arrived: AsyncStream<ByteBuffer>.Continuation

        init(_ arrived: AsyncStream<ByteBuffer>.Continuation) { self.arrived = arrived }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { arrived.yield(unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { arrived.finish() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? IOError, error.errnoCode == ECONNRESET {
                arrived.yield(ByteBuffer(string: TestConnection.resetMark))
            }
        }
    }

    static let resetMark = "<reset by peer>"

    let channel: any Channel
    let arrived: AsyncStream<ByteBuffer>

    private init(channel: any Channel, arrived: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.arrived = arrived
    }

    static func open(port: Int) async throws -> TestConnection {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        let tls = try NIOSSLContext(configuration: configuration)
        let (arrived, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        try NIOSSLClientHandler(context: tls, serverHostname: nil), Receiver(continuation),
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TestConnection(channel: channel, arrived: arrived)
    }

    func write(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    func close() async { try? await channel.close() }
}
