package import NIOCore

package final class CanaryTunnel: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private let address: ByteBuffer
    private let patience: TimeAmount
    private var sealer: StreamSealer
    private var opener: StreamOpener
    private var isFirst = true
    private var promise: EventLoopPromise<CanaryOutcome>?
    private var timer: Scheduled<Void>?

    package init(
        key: AccessKey, address: ByteBuffer, patience: TimeAmount, promise: EventLoopPromise<CanaryOutcome>
    ) throws {
        self.address = address
        self.patience = patience
        self.promise = promise
        sealer = try StreamSealer(key: key.masterKey, prefix: key.prefix)
        opener = StreamOpener(key: key.masterKey)
    }

    package func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { [self] in finish(.held, context) }
        context.fireChannelActive()
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var sealed = ByteBuffer()
        do {
            if isFirst {
                try sealer.sealFirst(address: address, data: unwrapOutboundIn(data), into: &sealed)
            } else {
                try sealer.seal(unwrapOutboundIn(data), into: &sealed)
            }
            isFirst = false
            context.write(wrapOutboundOut(sealed), promise: promise)
        } catch {
            promise?.fail(error)
            finish(.failed("The key cannot seal a stream."), context)
        }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var sealed = unwrapInboundIn(data)
        var opened = ByteBuffer()
        do {
            try opener.open(&sealed, into: &opened)
        } catch {
            finish(.failed("The node answers with bytes that the key does not open."), context)
            return
        }
        if opened.readableBytes > 0 { finish(.proven, context) }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        finish(.failed("The node ended the connection."), context)
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failed("The connection to the node broke."), context)
    }

    private func finish(_ outcome: CanaryOutcome, _ context: ChannelHandlerContext) {
        guard let promise else { return }
        self.promise = nil
        timer?.cancel()
        promise.succeed(outcome)
        context.close(promise: nil)
    }
}
