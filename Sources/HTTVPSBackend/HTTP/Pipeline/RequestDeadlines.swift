import NIOCore
import NIOHTTPTypes

final class RequestDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    static let head = TimeAmount.seconds(75)
    static let body = TimeAmount.seconds(60)

    private var deadline: Scheduled<Void>?
    private var unanswered = 0
    private var isReading = false

    func handlerAdded(context: ChannelHandlerContext) { expectHead(context) }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            isReading = true
            close(context, after: Self.body)
        case .body: break
        case .end:
            isReading = false
            deadline?.cancel()
            expectHead(context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = Self.unwrapOutboundIn(data) {
            unanswered -= 1
            expectHead(context)
        }
        context.write(data, promise: promise)
    }

    private func expectHead(_ context: ChannelHandlerContext) {
        if unanswered == 0, !isReading { close(context, after: Self.head) }
    }

    private func close(_ context: ChannelHandlerContext, after time: TimeAmount) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    }
}
