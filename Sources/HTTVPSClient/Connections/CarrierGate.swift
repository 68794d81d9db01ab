import NIOCore

final class CarrierGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var held: [ByteBuffer] = []
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { held.append(unwrapInboundIn(data)) }

    func channelReadComplete(context: ChannelHandlerContext) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func open(to handler: some ChannelHandler) throws {
        guard let context, context.channel.isActive else {
            throw ClientError(.unreachable, "the connection to the gateway ended before it was used")
        }
        try context.pipeline.syncOperations.addHandler(handler)
        for bytes in held { context.fireChannelRead(wrapInboundOut(bytes)) }
        if !held.isEmpty { context.fireChannelReadComplete() }
        held.removeAll()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
