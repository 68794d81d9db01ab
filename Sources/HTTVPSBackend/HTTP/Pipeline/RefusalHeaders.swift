import HTTPTypes
import NIOCore
import NIOHTTPTypes

final class RefusalHeaders: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = Self.unwrapOutboundIn(data), head.headerFields.values(.requestID).isEmpty else {
            return context.write(data, promise: promise)
        }
        head.headerFields.complete(RequestTrace([:]))
        context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
    }
}

extension HTTPFields {
    mutating func complete(_ trace: RequestTrace) {
        set(.requestID, trace.requestID)
        set(.traceparent, trace.traceparent)
        set(.contentTypeOptions, "nosniff")
        set(.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
        if self[.cacheControl] == nil { self[.cacheControl] = "no-store" }
    }
}
