import NIOCore

final class AfterRead: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private var isCompleting = false
    private var owesFlush = false

    func channelReadComplete(context: ChannelHandlerContext) {
        isCompleting = true
        context.fireChannelReadComplete()
        isCompleting = false
    }

    func flush(context: ChannelHandlerContext) {
        guard isCompleting else { return context.flush() }
        guard !owesFlush else { return }
        owesFlush = true
        context.eventLoop.assumeIsolated().execute {
            self.owesFlush = false
            context.flush()
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard isCompleting else { return context.close(mode: mode, promise: promise) }
        context.eventLoop.assumeIsolated().execute { context.close(mode: mode, promise: promise) }
    }
}
