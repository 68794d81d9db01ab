import NIOCore
import NIOTLS

final class CarrierSelector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let timeout: TimeAmount
    private let onTimeout: () -> Void
    private let select: (ChannelHandlerContext, _ isHTTP2: Bool) throws -> Void
    private var timer: Scheduled<Void>?

    init(
        timeout: TimeAmount, onTimeout: @escaping () -> Void,
        select: @escaping (ChannelHandlerContext, _ isHTTP2: Bool) throws -> Void
    ) {
        self.timeout = timeout
        self.onTimeout = onTimeout
        self.select = select
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in self?.onTimeout() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted(let protocolName) = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        do {
            try select(context, protocolName == "h2")
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
