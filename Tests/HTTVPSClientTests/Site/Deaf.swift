import NIOCore
import Synchronization

final class Deaf: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private struct Wake {}

    private var isAwake = false
    private var wantsToRead = false

    static func wake(_ site: CarrierSite) {
        for child in site.children.withLock({ $0 }) {
            child.pipeline.fireUserInboundEventTriggered(Wake())
        }
        for stream in site.streams.withLock({ $0 }) { stream.pipeline.fireUserInboundEventTriggered(Wake()) }
    }

    func read(context: ChannelHandlerContext) {
        wantsToRead = !isAwake
        if isAwake { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Wake else { return context.fireUserInboundEventTriggered(event) }
        isAwake = true
        if wantsToRead { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
