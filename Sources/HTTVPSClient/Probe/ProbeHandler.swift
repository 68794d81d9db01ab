import HTTVPSProtocol
import NIOCore

final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Outcome: Sendable {
        var conversation: ProbeConversation
        var error: ClientError?
    }

    static let closePatience = TimeAmount.seconds(2)

    let outcome: EventLoopPromise<Outcome>
    private let hello: Hello
    private let limit: TimeAmount
    private var conversation: ProbeConversation
    private var assembler = WebSocketMessageAssembler(
        role: .client, limits: WebSocketLimits(text: true, binaryPayload: nil))
    private var encoder = WebSocketFrameEncoder(role: .client)
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var isClosing = false

    init(hello: Hello, target: TargetAddress?, limit: TimeAmount, eventLoop: any EventLoop) {
        self.hello = hello
        self.limit = limit
        conversation = ProbeConversation(target: target, now: eventLoop.now)
        outcome = eventLoop.makePromise()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        write(encoder.encode(.text, (try? hello.encoded()) ?? ByteBuffer()))
        restartTimer(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        perform(conversation.lose("the connection to the gateway ended"))
        timer?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        assembler.append(unwrapInboundIn(data))
        do {
            while let message = try assembler.next() {
                if isClosing, case .close = message { return context.close(promise: nil) }
                let phase = conversation.phase
                perform(conversation.receive(message, now: context.eventLoop.now))
                if phase != conversation.phase { restartTimer(context) }
            }
        } catch {
            if isClosing { return context.close(promise: nil) }
            perform(conversation.lose("the gateway broke the WebSocket protocol: \(error.message)"))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        perform(conversation.lose("the connection to the gateway ended"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        perform(conversation.lose("the connection to the gateway failed: \(ConnectFailure.sentence(error))"))
    }

    private func perform(_ result: ProbeConversation.OnMessage) {
        switch result {
        case .wait: break
        case .send(let frames): send(frames)
        case .pong(let payload): write(encoder.encode(.pong, payload))
        case .end(let frames, let error):
            send(frames)
            close()
            outcome.succeed(Outcome(conversation: conversation, error: error))
        }
    }

    private func close() {
        isClosing = true
        timer?.cancel()
        write(encoder.encode(WebSocketClose(code: .normal)))
        let context = context
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: Self.closePatience) {
            context?.close(promise: nil)
        }
    }

    private func send(_ frames: [Frame]) {
        for frame in frames {
            var text = ByteBuffer()
            JSONFrameCodec.encode(frame, into: &text)
            write(encoder.encode(.text, text))
        }
    }

    private func write(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

    private func restartTimer(_ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { self.perform(self.conversation.expire()) }
    }
}
