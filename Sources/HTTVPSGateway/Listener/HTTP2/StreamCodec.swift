import NIOCore
import NIOHTTP2

final class StreamCodec: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    private static let mergeLimit = 8_192

    private var window = StreamWindow()
    private var pending = ByteBuffer()
    private var waiting: [EventLoopPromise<Void>] = []
    private var lastWrite: EventLoopFuture<Void>?
    private var hasRemoteEnded = false
    private var hasLocalEnded = false
    private var ending: EventLoopFuture<Void>?
    private var isClosing = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .data(let frame):
            guard case .byteBuffer(let bytes) = frame.data else { return }
            if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
            let padding = frame.paddingBytes.map { $0 + 1 } ?? 0
            grant(bytes.readableBytes + padding, context)
            if frame.endStream { remoteEnded(context) }
        case .headers(let frame):
            if frame.endStream { remoteEnded(context) }
        default: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        guard !hasLocalEnded else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        if bytes.readableBytes > Self.mergeLimit {
            emit(context)
            context.write(wrap(bytes), promise: promise)
            lastWrite = promise?.futureResult
        } else {
            pending.writeImmutableBuffer(bytes)
            if let promise { waiting.append(promise) }
        }
    }

    func flush(context: ChannelHandlerContext) {
        emit(context)
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output: endOutput(context, promise: promise)
        case .input: promise?.fail(ChannelError.operationUnsupported)
        case .all:
            guard !hasRemoteEnded || isClosing else { return closeBehindEnd(context, promise) }
            if hasLocalEnded, !hasRemoteEnded {
                context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
            }
            context.close(promise: promise)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        for promise in waiting { promise.fail(ChannelError.ioOnClosedChannel) }
        waiting = []
        context.fireChannelInactive()
    }

    private func grant(_ count: Int, _ context: ChannelHandlerContext) {
        guard !hasRemoteEnded, let increment = window.consumed(count) else { return }
        context.writeAndFlush(wrapOutboundOut(.windowUpdate(windowSizeIncrement: increment)), promise: nil)
    }

    private func remoteEnded(_ context: ChannelHandlerContext) {
        guard !hasRemoteEnded else { return }
        hasRemoteEnded = true
        context.fireChannelReadComplete()
        close(context: context, mode: .all, promise: nil)
    }

    private func closeBehindEnd(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        isClosing = true
        endOutput(context, promise: nil)
        let ended = ending ?? context.eventLoop.makeSucceededVoidFuture()
        ended.assumeIsolated().whenComplete { _ in context.close(promise: promise) }
    }

    private func endOutput(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard !hasLocalEnded else {
            promise?.succeed()
            return
        }
        emit(context)
        hasLocalEnded = true
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.cascade(to: promise)
        ending = written.futureResult
        context.writeAndFlush(wrap(ByteBuffer(), endStream: true), promise: written)
    }

    private func emit(_ context: ChannelHandlerContext) {
        guard pending.readableBytes > 0 else { return settle() }
        let promise = waiting.isEmpty ? nil : context.eventLoop.makePromise(of: Void.self)
        for waiter in waiting { promise?.futureResult.cascade(to: waiter) }
        waiting = []
        lastWrite = promise?.futureResult
        context.write(wrap(pending), promise: promise)
        pending = ByteBuffer()
    }

    private func settle() {
        for waiter in waiting {
            if let lastWrite { lastWrite.cascade(to: waiter) } else { waiter.succeed() }
        }
        waiting = []
    }

    private func wrap(_ bytes: ByteBuffer, endStream: Bool = false) -> NIOAny {
        wrapOutboundOut(.data(.init(data: .byteBuffer(bytes), endStream: endStream)))
    }
}
