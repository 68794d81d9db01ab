import HTTVPSProtocol
import NIOCore
import NIOTLS

final class HTTPUpgrade: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case connecting
        case upgrading(ByteBuffer)
        case over
    }

    private let gateway: GatewayAddress
    private let start: NIODeadline
    private let opened: EventLoopPromise<OpenedCarrier>
    private let key: String
    private var phase = Phase.connecting
    private var connected: NIODeadline?
    private var secured: NIODeadline?

    init(gateway: GatewayAddress, start: NIODeadline, opened: EventLoopPromise<OpenedCarrier>) {
        self.gateway = gateway
        self.start = start
        self.opened = opened
        var generator = SystemRandomNumberGenerator()
        key = WebSocketHandshake.requestKey(using: &generator)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { stand(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(context, "the connection to the gateway ended before it was used")
    }

    func channelActive(context: ChannelHandlerContext) {
        stand(context)
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            secured = context.eventLoop.now
            request(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .upgrading(var head) = phase else { return }
        head.writeImmutableBuffer(unwrapInboundIn(data))
        receive(head, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(context, "the connection to the gateway ended")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(context, "the connection to the gateway failed: \(ConnectFailure.sentence(error))")
    }

    private func stand(_ context: ChannelHandlerContext) {
        guard connected == nil else { return }
        connected = context.eventLoop.now
        if !gateway.isSecure { request(context) }
    }

    private func request(_ context: ChannelHandlerContext) {
        guard case .connecting = phase else { return }
        phase = .upgrading(ByteBuffer())
        var request = ByteBuffer(string: "GET \(gateway.path) HTTP/1.1\r\n")
        for (name, value) in WebSocketHandshake.upgradeRequest(host: gateway.hostHeader, key: key) {
            request.writeString("\(name): \(value)\r\n")
        }
        request.writeString("\r\n")
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    private func receive(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        var rest = bytes
        do {
            guard let response = try UpgradeResponse.read(from: &rest) else {
                phase = .upgrading(rest)
                return
            }
            guard response.accepts(key) else {
                return fail(context, "no tunnel is served at that address: the site answered \(response.status)")
            }
            handOver(context, rest)
        } catch {
            fail(context, "the gateway's answer is no HTTP/1.1 response")
        }
    }

    private func handOver(_ context: ChannelHandlerContext, _ rest: ByteBuffer) {
        phase = .over
        let now = context.eventLoop.now
        let timings = OpenedCarrier.Timings(
            connected: (connected ?? now) - start, secured: secured.map { $0 - start }, upgraded: now - start)
        opened.succeed(OpenedCarrier(channel: context.channel, kind: .http1, timings: timings))
        if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func fail(_ context: ChannelHandlerContext, _ message: String) {
        if case .over = phase { return }
        phase = .over
        opened.fail(ClientError(.unreachable, message))
        context.close(promise: nil)
    }
}
