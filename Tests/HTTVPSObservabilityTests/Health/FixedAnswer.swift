import NIOCore
import NIOPosix

struct FixedAnswer {
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: String?
        private let question: AsyncStream<String>.Continuation

        init(_ answer: String?, _ question: AsyncStream<String>.Continuation) {
            self.answer = answer
            self.question = question
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            question.yield(String(buffer: unwrapInboundIn(data)))
            guard let answer else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            context.close(promise: nil)
        }
    }

    static func with<Value>(
        _ answer: String?, host: String = "127.0.0.1", _ body: (Int, AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        let (questions, continuation) = AsyncStream.makeStream(of: String.self)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(answer, continuation))
                }
            }
            .bind(host: host, port: 0).get()
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(listener.localAddress?.port ?? 0, questions)) } catch {
            outcome = .failure(error)
        }
        try await listener.close()
        return try outcome.get()
    }
}
