import NIOCore

final class ConnectionClock: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let idleTimeout: TimeAmount
    private let handshakeTimeout: TimeAmount
    private var handshakeStart = NIODeadline.now()
    private var lastByte = NIODeadline.now()
    private var awaitsFirstByte = false
    private var isAnswering = false
    private var timer: Scheduled<Void>?

    init(idleTimeout: TimeAmount, handshakeTimeout: TimeAmount) {
        self.idleTimeout = idleTimeout
        self.handshakeTimeout = handshakeTimeout
    }

    var handshakeDeadline: NIODeadline { handshakeStart + handshakeTimeout }

    func answering() { isAnswering = true }

    func answered() {
        isAnswering = false
        awaitsFirstByte = true
        lastByte = .now()
        handshakeStart = lastByte
    }

    func handlerAdded(context: ChannelHandlerContext) { watch(context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastByte = .now()
        if awaitsFirstByte {
            awaitsFirstByte = false
            handshakeStart = lastByte
        }
        context.fireChannelRead(data)
    }

    private func watch(_ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: lastByte + idleTimeout) { [weak self] in
            guard let self else { return }
            if isAnswering { lastByte = .now() }
            if lastByte + idleTimeout <= .now() { context.close(promise: nil) } else { watch(context) }
        }
    }
}
