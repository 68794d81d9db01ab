import NIOCore
import NIOHTTP1

final class HTTPHandlers {
    let clock: ConnectionClock
    private let encoder = HTTPResponseEncoder()
    private let pipelining = HTTPServerPipelineHandler()
    private var decoder = HTTPHandlers.makeDecoder()

    init(clock: ConnectionClock) { self.clock = clock }

    func add(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandlers([clock, encoder, decoder, pipelining])
    }

    func renewDecoder(_ context: ChannelHandlerContext) {
        let worn = decoder
        decoder = Self.makeDecoder()
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(decoder, position: .after(worn))
            pipeline.removeHandler(worn, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func replace(with session: SessionHandler, router: RequestRouter, _ context: ChannelHandlerContext) throws {
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(session, position: .after(router))
        pipeline.removeHandler(router, promise: nil)
        pipeline.removeHandler(pipelining, promise: nil)
        pipeline.removeHandler(encoder, promise: nil)
        pipeline.removeHandler(clock, promise: nil)
        pipeline.removeHandler(decoder).assumeIsolated().whenComplete { _ in session.finishReceiving() }
    }

    private static func makeDecoder() -> ByteToMessageHandler<HTTPRequestDecoder> {
        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
    }
}
