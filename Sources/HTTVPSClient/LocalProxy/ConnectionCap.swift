import NIOCore

final class ConnectionCap: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private let maximum: Int
    private var open = 0
    private var isHeld = false

    init(maximum: Int) { self.maximum = maximum }

    func read(context: ChannelHandlerContext) {
        guard open < maximum else {
            isHeld = true
            return
        }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let child = unwrapInboundIn(data)
        open += 1
        let cap = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        child.closeFuture.hop(to: context.eventLoop).whenComplete { _ in cap.value.handler.closed(cap.value.context) }
        context.fireChannelRead(data)
    }

    private func closed(_ context: ChannelHandlerContext) {
        open -= 1
        guard isHeld, open < maximum else { return }
        isHeld = false
        context.read()
    }
}
