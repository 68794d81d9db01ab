import HTTVPSProtocol
import HTTVPSShadowsocks
import NIOCore

final class ShadowsocksChannel: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let batch = 65_536
    private static let linger = TimeAmount.seconds(30)

    private let route: NodeRoute
    private let settings: ShadowsocksEgress.Settings
    private let allocator: ByteBufferAllocator
    private weak var consumer: (any EgressConsumer)?
    private var context: ChannelHandlerContext?
    private var sealer: StreamSealer?
    private var opener: StreamOpener
    private var sealed = ByteBuffer()
    private var unflushed = 0
    private var unwritten = 0
    private var ciphertext = ByteBuffer()
    private var isReading = false
    private var hasReceived = false
    private var hasBroken = false
    private var farEnd: FarEnd = .open
    private var nearEnd: NearEnd = .open
    private var lastByte = NIODeadline.now()

    private enum FarEnd { case open, closed, delivered }
    private enum NearEnd { case open, wanted, sent }

    init(
        route: NodeRoute, settings: ShadowsocksEgress.Settings, allocator: ByteBufferAllocator,
        consumer: any EgressConsumer
    ) {
        self.route = route
        self.allocator = allocator
        self.settings = settings
        self.consumer = consumer
        opener = StreamOpener(key: route.key)
    }

    var isWritable: Bool { context?.channel.isWritable ?? true }

    func begin(address: ByteBuffer, data: ByteBuffer) -> Bool {
        guard context != nil else {
            fail("the node closed at once")
            return false
        }
        do throws(ShadowsocksError) {
            var sealer = try StreamSealer(key: route.key, prefix: route.prefix)
            try sealer.sealFirst(address: address, data: data, into: &sealed)
            self.sealer = sealer
        } catch {
            fail(.internal, error.message)
            return false
        }
        unflushed += data.readableBytes
        flush()
        resume()
        return true
    }

    func send(_ data: ByteBuffer) {
        guard let context, sealer != nil else { return }
        if sealed.readableBytes + data.readableBytes > Self.batch { writeSealed(context, promise: nil) }
        do throws(ShadowsocksError) {
            try sealer?.seal(data, into: &sealed)
            unflushed += data.readableBytes
        } catch {
            fail(.internal, error.message)
        }
    }

    func flush() {
        guard let context, sealed.readableBytes > 0 || unflushed > 0 else { return }
        lastByte = .now()
        let count = unflushed
        unflushed = 0
        unwritten += count
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            if case .success = result { self.wrote(count) } else { self.hasBroken = true }
        }
        writeSealed(context, promise: promise)
        context.flush()
    }

    func finish() {
        guard nearEnd == .open else { return }
        nearEnd = .wanted
        flush()
        if route.halfClose || farEnd != .open { sendFinish() } else { awaitSilence() }
    }

    func resume() {
        pump()
        readMore()
    }

    func close() {
        consumer = nil
        context?.close(promise: nil)
    }

    private func writeSealed(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        let part = sealed
        sealed = ByteBuffer()
        context.write(wrapOutboundOut(part), promise: promise)
    }

    private func wrote(_ count: Int) {
        unwritten -= count
        if count > 0 { consumer?.egressWrote(count) }
        closeIfOver()
    }
}

extension ShadowsocksChannel {
    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        guard consumer != nil else { return }
        lastByte = .now()
        hasReceived = true
        if ciphertext.readableBytes == 0 { ciphertext = part } else { ciphertext.writeBuffer(&part) }
        pump()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        consumer?.egressReadCompleted()
        readMore()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { consumer?.egressWritabilityChanged() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        guard farEnd == .open else { return }
        farEnd = .closed
        pump()
        consumer?.egressReadCompleted()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail("the node's connection broke")
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        if hasBroken || nearEnd == .open { return fail("the node's connection ended") }
        if farEnd == .open { farEnd = .closed }
        pump()
        consumer?.egressReadCompleted()
    }

    private func pump() {
        guard let consumer else { return }
        do throws(ShadowsocksError) {
            while ciphertext.readableBytes > 0 || opener.heldPlaintext > 0 {
                let room = min(consumer.allowance, settings.maxPayload, DeliveryBuffer.largest)
                guard room > 0 else { return }
                let expected = min(room, ciphertext.readableBytes + opener.heldPlaintext)
                var buffer = DeliveryBuffer.make(allocator, capacity: expected)
                try opener.open(&ciphertext, into: &buffer, upTo: room)
                guard buffer.readableBytes > 0 else { break }
                consumer.egressDelivered(consume buffer)
                if self.consumer == nil { return }
            }
            if ciphertext.readableBytes == 0 { ciphertext = ByteBuffer() }
            if farEnd == .closed { try deliverFarEnd() }
        } catch {
            fail("the node's bytes cannot be opened: \(error.code.rawValue)")
        }
    }

    private func deliverFarEnd() throws(ShadowsocksError) {
        try opener.finish()
        farEnd = .delivered
        consumer?.egressFinished()
        if nearEnd == .wanted { sendFinish() } else { closeIfOver() }
    }

    private func readMore() {
        guard let context, !isReading, farEnd == .open else { return }
        guard ciphertext.readableBytes == 0, opener.heldPlaintext == 0 else { return }
        isReading = true
        context.read()
    }

    private func sendFinish() {
        guard nearEnd == .wanted else { return }
        nearEnd = .sent
        if farEnd == .open { context?.close(mode: .output, promise: nil) }
        closeIfOver()
    }

    private func closeIfOver() {
        guard nearEnd == .sent, farEnd == .delivered, let context else { return }
        if unwritten == 0 { return context.close(promise: nil) }
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { context.close(promise: nil) }
    }

    private func awaitSilence() {
        guard let context else { return }
        let deadline = lastByte + settings.halfCloseWait
        context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self, nearEnd == .wanted else { return }
            if lastByte + settings.halfCloseWait <= .now() { sendFinish() } else { awaitSilence() }
        }
    }

    private func fail(_ message: String) { fail(hasReceived ? .egressReset : .egressUnavailable, message) }

    private func fail(_ reason: StreamCloseReason, _ message: String) {
        let consumer = consumer
        self.consumer = nil
        context?.close(promise: nil)
        consumer?.egressFailed(reason, message)
    }
}
