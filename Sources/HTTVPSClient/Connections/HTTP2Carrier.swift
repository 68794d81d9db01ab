import NIOCore
import NIOHPACK
import NIOHTTP2

final class HTTP2Carrier: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    static let linger = TimeAmount.seconds(1)

    private enum Phase {
        case asking
        case open
        case closing
    }

    private let attempt: CarrierAttempt
    private let gate: CarrierGate
    private var phase = Phase.asking
    private var hasEnded = false
    private var remoteEnded = false
    private var timer: Scheduled<Void>?

    private init(_ attempt: CarrierAttempt, _ gate: CarrierGate) {
        self.attempt = attempt
        self.gate = gate
    }

    static func add(to stream: any Channel, _ attempt: CarrierAttempt) throws {
        let gate = CarrierGate()
        try stream.pipeline.syncOperations.addHandlers(HTTP2Carrier(attempt, gate), gate)
    }

    func channelActive(context: ChannelHandlerContext) {
        let fields = attempt.request.extendedConnect(to: attempt.gateway)
        let headers = HPACKHeaders(fields.map { ($0.name, $0.value) })
        context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let answer): receive(answer, context)
        case .data(let piece):
            if case .open = phase, case .byteBuffer(let bytes) = piece.data, bytes.readableBytes > 0 {
                context.fireChannelRead(wrapInboundOut(bytes))
            }
            if piece.endStream { remoteEnded = true }
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        guard remoteEnded else { return }
        attempt.fail(.broken, "the site ended the stream")
        end(context, promise: nil)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        attempt.fail(.broken, "the site broke the stream")
        context.fireChannelInactive()
        context.channel.parent?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .asking = phase { return attempt.fail(error) }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !hasEnded else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        let payload = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(unwrapOutboundIn(data))))
        context.write(wrapOutboundOut(payload), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, case .open = phase, !remoteEnded else {
            return mode == .output ? end(context, promise: promise) : context.close(mode: mode, promise: promise)
        }
        phase = .closing
        end(context, promise: nil)
        promise.map { context.channel.closeFuture.cascade(to: $0) }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
    }

    private func receive(_ answer: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) {
        if answer.endStream { remoteEnded = true }
        guard case .asking = phase, let status = Int(answer.headers.first(name: ":status") ?? ""), status >= 200 else {
            return
        }
        guard status == 200, !answer.endStream else {
            let message = "no tunnel is served at that address: the site answered \(status)"
            return attempt.fail(.refused(status: status), message)
        }
        phase = .open
        attempt.succeed(context.channel, .http2, gate)
    }

    private func end(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard !hasEnded else {
            promise?.succeed()
            return
        }
        hasEnded = true
        let last = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))
        context.writeAndFlush(wrapOutboundOut(last), promise: promise)
    }
}
