import NIOCore
import NIOHTTP2

final class HTTP2Connection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    static let streamWindow = 6_291_456
    static let connectionWindow = 15_728_640
    static let initialWindow = 65_535
    static let frameSize = 131_072
    static let settings: HTTP2Settings = [
        HTTP2Setting(parameter: .headerTableSize, value: 65_536), HTTP2Setting(parameter: .enablePush, value: 0),
        HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        HTTP2Setting(parameter: .maxFrameSize, value: frameSize),
        HTTP2Setting(parameter: .maxHeaderListSize, value: 262_144),
    ]

    private let attempt: CarrierAttempt
    private let handler: NIOHTTP2Handler
    private var hasAsked = false

    private init(_ attempt: CarrierAttempt, _ handler: NIOHTTP2Handler) {
        self.attempt = attempt
        self.handler = handler
    }

    static func add(to channel: any Channel, _ attempt: CarrierAttempt) throws {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = settings
        connection.targetWindowSize = connectionWindow
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = initialWindow
        stream.outboundBufferSizeHighWatermark = Connector.writeBufferWaterMark.high
        stream.outboundBufferSizeLowWatermark = Connector.writeBufferWaterMark.low
        let handler = NIOHTTP2Handler(
            mode: .client, eventLoop: channel.eventLoop, connectionConfiguration: connection,
            streamConfiguration: stream
        ) { $0.close() }
        try channel.pipeline.syncOperations.addHandlers(handler, HTTP2Connection(attempt, handler))
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let increment = Self.connectionWindow - Self.initialWindow
        let frame = HTTP2Frame(streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: increment))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).payload {
        case .settings(.settings(let settings)): receive(settings, context)
        case .goAway: attempt.fail(.broken, "the site takes no new HTTP/2 streams")
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        attempt.fail(.broken, "the site ended the connection")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        attempt.fail(error)
        context.close(promise: nil)
    }

    private func receive(_ settings: HTTP2Settings, _ context: ChannelHandlerContext) {
        guard !hasAsked else { return }
        hasAsked = true
        guard settings.contains(where: { $0.parameter == .enableConnectProtocol && $0.value == 1 }) else {
            return attempt.fail(.noHTTP2, "the site takes no WebSockets over HTTP/2")
        }
        do {
            let attempt = NIOLoopBound(attempt, eventLoop: context.eventLoop)
            try handler.syncMultiplexer().createStreamChannel(promise: nil) { stream in
                stream.eventLoop.makeCompletedFuture { try HTTP2Carrier.add(to: stream, attempt.value) }
            }
        } catch {
            attempt.fail(error)
        }
    }
}
