package import NIOCore
import NIOPosix

package struct DatagramSocket: Sendable {
    private typealias Envelope = AddressedEnvelope<ByteBuffer>

    private let channel: any Channel
    private let arrived: AsyncStream<ByteBuffer>

    package static func open() async throws -> DatagramSocket {
        let (arrived, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(continuation))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return DatagramSocket(channel: channel, arrived: arrived)
    }

    package func send(_ data: ByteBuffer, to port: Int) async throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try await channel.writeAndFlush(Envelope(remoteAddress: address, data: data))
    }

    package func exchange(
        _ data: ByteBuffer, with port: Int, until answer: ByteBuffer? = nil
    ) async throws -> ByteBuffer? {
        let asking = Task {
            while !Task.isCancelled {
                try await send(data, to: port)
                try await Task.sleep(for: .milliseconds(300))
            }
        }
        defer { asking.cancel() }
        var last = await next()
        while let answer, let got = last, got != answer { last = await next() }
        return last
    }

    package func next() async -> ByteBuffer? {
        var iterator = arrived.makeAsyncIterator()
        return await iterator.next()
    }

    package func close() async throws { try await channel.close() }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = Envelope

        private let continuation: AsyncStream<ByteBuffer>.Continuation

        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(unwrapInboundIn(data).data)
        }
    }
}
