package import NIOCore
import NIOPosix

package enum LocalSocket {
    package struct Ended: Error {}

    package static func with<Value: Sendable>(
        port: Int, _ body: @Sendable (inout Reader, NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var reader = Reader(iterator: inbound.makeAsyncIterator())
            return try await body(&reader, outbound)
        }
    }

    package struct Reader {
        var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        var buffer = ByteBuffer()

        package mutating func exactly(_ count: Int) async throws -> [UInt8] {
            while buffer.readableBytes < count {
                guard var next = try await iterator.next() else { throw Ended() }
                buffer.writeBuffer(&next)
            }
            return buffer.readBytes(length: count) ?? []
        }

        package mutating func all() async throws -> ByteBuffer {
            while var next = try await iterator.next() { buffer.writeBuffer(&next) }
            return buffer
        }
    }
}
