import NIOCore

final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let isRequired: Bool
    private let timeout: TimeAmount
    private let proceed: (_ source: String?) throws -> Void
    private let refuse: () -> Void
    private var input = ByteBuffer()
    private var isOver = false
    private var timer: Scheduled<Void>?

    init(
        isRequired: Bool, timeout: TimeAmount, refuse: @escaping () -> Void,
        proceed: @escaping (_ source: String?) throws -> Void
    ) {
        self.isRequired = isRequired
        self.timeout = timeout
        self.refuse = refuse
        self.proceed = proceed
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in self?.fail() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return context.fireChannelRead(data) }
        input.writeImmutableBuffer(unwrapInboundIn(data))
        switch ProxyHeader.read(&input) {
        case .incomplete: break
        case .source(let source): finish(context, source)
        case .absent where !isRequired: finish(context, nil)
        case .absent, .malformed: fail()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if !isOver, case ChannelEvent.inputClosed = event { return fail() }
        context.fireUserInboundEventTriggered(event)
    }

    private func fail() {
        guard !isOver else { return }
        isOver = true
        refuse()
    }

    private func finish(_ context: ChannelHandlerContext, _ source: String?) {
        isOver = true
        do {
            try proceed(source)
            if input.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(input)) }
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
