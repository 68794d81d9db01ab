import NIOCore
import NIOHPACK
import NIOHTTP2

final class SiteStream: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private static let largestUnsent = 131_072

    private let request: HTTP2Request
    private let site: any Site
    private var answer = ResponseScanner()
    private var head: ResponseScanner.Head?
    private var held: ByteBuffer?
    private var connection: (any SiteConnection)?
    private var context: ChannelHandlerContext?
    private var hasRemoteEnded: Bool
    private var isOver = false
    private var wantsRead = false
    private var unsent = 0

    init(request: HTTP2Request, site: any Site, hasRemoteEnded: Bool) {
        self.request = request
        self.site = site
        self.hasRemoteEnded = hasRemoteEnded
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func begin() {
        guard let context else { return }
        let connection = site.connect(self, on: context.eventLoop)
        self.connection = connection
        answer.expect(request.head.method)
        connection.requestBegan()
        connection.receive(request.bytes)
        if hasRemoteEnded, request.isChunked { endBody() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .data(let frame):
            if case .byteBuffer(let bytes) = frame.data, bytes.readableBytes > 0 { pass(bytes) }
            if frame.endStream { remoteEnded() }
        case .headers(let frame):
            if frame.endStream { remoteEnded() }
        default: break
        }
    }

    func read(context: ChannelHandlerContext) {
        if isOver || connection?.isReady != false { context.read() } else { wantsRead = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection?.visitorWritabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func pass(_ bytes: ByteBuffer) {
        guard request.takesBody else { return }
        guard request.isChunked else {
            connection?.receive(bytes)
            return
        }
        var chunk = ByteBuffer(string: String(bytes.readableBytes, radix: 16) + "\r\n")
        chunk.writeImmutableBuffer(bytes)
        chunk.writeString("\r\n")
        connection?.receive(chunk)
    }

    private func remoteEnded() {
        guard !hasRemoteEnded else { return }
        hasRemoteEnded = true
        if request.isChunked { endBody() }
    }

    private func endBody() { connection?.receive(ByteBuffer(string: "0\r\n\r\n")) }

    private func leave() {
        connection?.close()
        connection = nil
        context = nil
        isOver = true
    }
}

extension SiteStream: SiteVisitor {
    var isWritable: Bool { context?.channel.isWritable == true && unsent < Self.largestUnsent }

    func siteSent(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        var bytes = bytes
        while !isOver, let event = answer.next(&bytes) {
            switch event {
            case .head(let head):
                if head.status >= 200 { self.head = head } else { send(HTTP2Answer.headers(head)) }
            case .body(let body):
                sendBegun()
                held = body
            case .end(let trailers): end(HTTP2Answer.trailers(trailers))
            case .tunnel, .malformed: fail()
            }
        }
        if !isOver { sendBegun() }
        context?.flush()
    }

    func siteIsReady() {
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }

    func siteEnded() {
        guard !isOver else { return }
        if answer.endsByClose { end(nil) } else { fail() }
        context?.flush()
    }

    private func sendBegun() {
        if let head { send(HTTP2Answer.headers(head)) }
        if let held { sendBody(held) }
        (head, held) = (nil, nil)
    }

    private func end(_ trailers: HPACKHeaders?) {
        guard let context else { return }
        isOver = true
        if trailers != nil { sendBegun() }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.stopVisitor() }
        context.write(wrapOutboundOut(last(trailers)), promise: promise)
        connection?.close()
        connection = nil
    }

    private func last(_ trailers: HPACKHeaders?) -> HTTP2Frame.FramePayload {
        if let trailers { return .headers(.init(headers: trailers, endStream: true)) }
        if let head { return .headers(.init(headers: HTTP2Answer.headers(head), endStream: true)) }
        return .data(.init(data: .byteBuffer(held ?? ByteBuffer()), endStream: true))
    }

    private func sendBody(_ body: ByteBuffer) {
        guard let context else { return }
        unsent += body.readableBytes
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.sent(body.readableBytes) }
        context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(body)))), promise: promise)
    }

    private func sent(_ count: Int) {
        let wasFull = unsent >= Self.largestUnsent
        unsent -= count
        if wasFull, unsent < Self.largestUnsent { connection?.visitorWritabilityChanged() }
    }

    private func stopVisitor() {
        guard !hasRemoteEnded, let context else { return }
        context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
    }

    private func fail() {
        isOver = true
        sendBegun()
        write(.rstStream(.internalError))
        connection?.close()
        connection = nil
    }

    private func send(_ headers: HPACKHeaders) { write(.headers(.init(headers: headers))) }

    private func write(_ payload: HTTP2Frame.FramePayload) {
        context?.write(wrapOutboundOut(payload), promise: nil)
    }
}
