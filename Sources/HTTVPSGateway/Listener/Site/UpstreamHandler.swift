import NIOCore

final class UpstreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private weak var connection: ProxyConnection?
    private var context: ChannelHandlerContext?
    private var wantsRead = false

    init(connection: ProxyConnection) { self.connection = connection }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection?.upstreamSent(unwrapInboundIn(data))
    }

    func read(context: ChannelHandlerContext) {
        if connection?.takesAnswers != false { context.read() } else { wantsRead = true }
    }

    func readOn() {
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { connection?.upstreamWritabilityChanged() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { connection?.upstreamEnded() }
    }

    func channelInactive(context: ChannelHandlerContext) { connection?.upstreamEnded() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func send(_ bytes: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func sendEnd() { context?.close(mode: .output, promise: nil) }

    func close() {
        connection = nil
        context?.close(promise: nil)
    }
}
