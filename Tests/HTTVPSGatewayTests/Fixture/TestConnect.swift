import NIOCore
import NIOHPACK
import NIOHTTP2

final class TestConnect: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let fields: [(String, String)]
    private let status: AsyncStream<String>.Continuation

    init(_ fields: [(String, String)], _ status: AsyncStream<String>.Continuation) {
        self.fields = fields
        self.status = status
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: HPACKHeaders(fields)))), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .headers(let frame) = unwrapInboundIn(data), let value = frame.headers.first(name: ":status") {
            status.yield(value)
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        status.finish()
        context.fireChannelInactive()
    }
}
