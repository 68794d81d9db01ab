import NIOCore
import NIOHPACK
import NIOHTTP2

final class StreamSelector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let path: String?
    private let site: any Site
    private let isRefused: Bool
    private let makeSession: (RequestHead, any Channel) -> SessionHandler?
    private var isChosen = false

    init(
        path: String?, site: any Site, isRefused: Bool = false,
        makeSession: @escaping (RequestHead, any Channel) -> SessionHandler?
    ) {
        self.path = path
        self.site = site
        self.isRefused = isRefused
        self.makeSession = makeSession
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isChosen, case .headers(let frame) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        isChosen = true
        do {
            try choose(frame, context)
        } catch {
            context.close(promise: nil)
        }
    }

    private func choose(_ frame: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) throws {
        if isRefused { return reset(.refusedStream, context) }
        guard let request = HTTP2Request(frame.headers, hasBody: !frame.endStream) else {
            return reset(.protocolError, context)
        }
        let pipeline = context.pipeline.syncOperations
        if !frame.endStream, request.isUpgrade(to: path), let session = makeSession(request.head, context.channel) {
            let accepted = HPACKHeaders([(":status", "200")])
            context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: accepted))), promise: nil)
            try pipeline.addHandlers([StreamCodec(), session], position: .after(self))
            pipeline.removeHandler(self, promise: nil)
        } else {
            let stream = SiteStream(request: request, site: site, hasRemoteEnded: frame.endStream)
            try pipeline.addHandler(stream, position: .after(self))
            pipeline.removeHandler(self, promise: nil)
            stream.begin()
        }
    }

    private func reset(_ code: HTTP2ErrorCode, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
    }
}
