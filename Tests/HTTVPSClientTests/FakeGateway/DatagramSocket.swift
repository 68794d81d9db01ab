import NIOCore
import NIOPosix

struct DatagramSocket {
    typealias Envelope = AddressedEnvelope<ByteBuffer>

    private static let group = MultiThreadedEventLoopGroup.singleton

    let channel: any Channel
    private let arrived: AsyncStream<Envelope>

    static func open(on host: String = "127.0.0.1") async throws -> DatagramSocket {
        let (arrived, continuation) = AsyncStream.makeStream(of: Envelope.self)
        let channel = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(continuation))
                }
            }
            .bind(host: host, port: 0).get()
        return DatagramSocket(channel: channel, arrived: arrived)
    }

    func send(_ data: ByteBuffer, to port: Int) async throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try await channel.writeAndFlush(Envelope(remoteAddress: address, data: data))
    }

    func exchange(_ data: ByteBuffer, with port: Int) async throws -> ByteBuffer? {
        let asking = Task {
            while !Task.isCancelled {
                try await send(data, to: port)
                try await Task.sleep(for: .milliseconds(300))
            }
        }
        defer { asking.cancel() }
        return await next()
    }

    func next() async -> ByteBuffer? {
        var iterator = arrived.makeAsyncIterator()
        return await iterator.next()?.data
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = Envelope

        private let continuation: AsyncStream<Envelope>.Continuation

        init(_ continuation: AsyncStream<Envelope>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
    }
}
