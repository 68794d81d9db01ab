package import NIOCore
import NIOPosix
import Synchronization

package final class DatagramEcho: Sendable {
    package typealias Answer = @Sendable (ByteBuffer) -> ByteBuffer

    private final class Log: Sendable {
        let arrived = Mutex<[ByteBuffer]>([])
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        private let log: Log
        private let answer: Answer

        init(_ log: Log, _ answer: @escaping Answer) {
            self.log = log
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var envelope = unwrapInboundIn(data)
            log.arrived.withLock { $0.append(envelope.data) }
            envelope.data = answer(envelope.data)
            context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
        }
    }

    private let channel: any Channel
    private let log: Log

    private init(_ channel: any Channel, _ log: Log) {
        self.channel = channel
        self.log = log
    }

    package static func start(answering answer: @escaping Answer = { $0 }) async throws -> DatagramEcho {
        let log = Log()
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(log, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return DatagramEcho(channel, log)
    }

    package var port: Int { channel.localAddress?.port ?? 0 }

    package var arrived: [ByteBuffer] { log.arrived.withLock { $0 } }

    package func stop() async throws { try await channel.close() }
}
