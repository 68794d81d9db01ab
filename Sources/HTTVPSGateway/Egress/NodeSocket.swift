import NIOCore

final class NodeSocket: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private var context: ChannelHandlerContext?
    private var onEnd: (() -> Void)?
    private(set) var isUsable = true

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { end() }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { end() }
    }

    func watch(_ onEnd: @escaping () -> Void) {
        guard isUsable else { return onEnd() }
        self.onEnd = onEnd
        context?.read()
    }

    func handOver(to handler: any ChannelHandler) -> Bool {
        guard isUsable, let context else { return false }
        isUsable = false
        onEnd = nil
        let pipeline = context.pipeline.syncOperations
        guard (try? pipeline.addHandler(handler)) != nil else { return false }
        pipeline.removeHandler(self, promise: nil)
        return true
    }

    func close() {
        onEnd = nil
        end()
    }

    private func end() {
        guard isUsable else { return }
        isUsable = false
        context?.close(promise: nil)
        onEnd?()
        onEnd = nil
    }
}
