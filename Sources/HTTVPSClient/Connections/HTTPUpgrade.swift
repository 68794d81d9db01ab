import HTTVPSProtocol
import NIOCore

final class HTTPUpgrade: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let attempt: CarrierAttempt
    private let gate: CarrierGate
    private let key: String
    private var head: ByteBuffer? = ByteBuffer()

    private init(_ attempt: CarrierAttempt, _ gate: CarrierGate) {
        self.attempt = attempt
        self.gate = gate
        var generator = SystemRandomNumberGenerator()
        key = WebSocketHandshake.requestKey(using: &generator)
    }

    static func add(to channel: any Channel, _ attempt: CarrierAttempt) throws {
        let gate = CarrierGate()
        try channel.pipeline.syncOperations.addHandlers(HTTPUpgrade(attempt, gate), gate)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        var request = ByteBuffer(string: "GET \(attempt.gateway.path) HTTP/1.1\r\n")
        for (name, value) in attempt.request.upgrade(to: attempt.gateway, key: key) {
            request.writeString("\(name): \(value)\r\n")
        }
        request.writeString("\r\n")
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { attempt.fail(.broken, "the site ended the connection") }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard var head else { return context.fireChannelRead(data) }
        head.writeImmutableBuffer(unwrapInboundIn(data))
        self.head = head
        do {
            var response: UpgradeResponse
            repeat {
                guard let next = try UpgradeResponse.read(from: &head) else { return }
                self.head = head
                response = next
            } while response.isInterim
            guard response.accepts(key) else { return refuse(response.status) }
        } catch {
            return attempt.fail(.broken, "the site's answer is no HTTP/1.1 response")
        }
        self.head = nil
        if head.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(head)) }
        attempt.succeed(context.channel, .http1, gate)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        attempt.fail(.broken, "the site ended the connection")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard head != nil else { return context.fireErrorCaught(error) }
        attempt.fail(error)
    }

    private func refuse(_ status: Int) {
        attempt.fail(.refused(status: status), "no tunnel is served at that address: the site answered \(status)")
    }
}
