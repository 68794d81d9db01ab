import NIOCore
import NIOHTTP1

struct ManagementAnswer: Sendable {
    var status: Int
    var body: [UInt8]
}

final class ManagementAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPClientResponseFull
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: [UInt8]
    private let deadline: TimeAmount
    private var promise: EventLoopPromise<ManagementAnswer>?
    private var timer: Scheduled<Void>?

    init(head: HTTPRequestHead, body: [UInt8], deadline: TimeAmount, promise: EventLoopPromise<ManagementAnswer>) {
        self.head = head
        self.body = body
        self.deadline = deadline
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: deadline) { [self] in
            fail(OutlineServerError(.timedOut, "The management server did not answer in time."), context)
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let answer = unwrapInboundIn(data)
        let body = answer.body.map { Array($0.readableBytesView) } ?? []
        finish(.success(ManagementAnswer(status: Int(answer.head.status.code), body: body)), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(OutlineServerError(.unreachable, "The management server ended the connection."), context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOHTTPObjectAggregatorError {
            fail(OutlineServerError(.tooLarge, "The management server's answer is too large."), context)
        } else {
            fail(error, context)
        }
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) { finish(.failure(error), context) }

    private func finish(_ result: Result<ManagementAnswer, any Error>, _ context: ChannelHandlerContext) {
        guard let promise else { return }
        self.promise = nil
        timer?.cancel()
        promise.completeWith(result)
        context.close(promise: nil)
    }
}
