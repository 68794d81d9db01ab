import HTTVPSProtocol
import NIOCore

final class Carrier: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case running
        case closing
        case over
    }

    private static let flushThreshold = 131_072
    private static let closePatience = TimeAmount.seconds(2)

    let kind: CarrierKind
    let eventLoop: any EventLoop
    var owner: (any CarrierOwner)?
    var encoding = FrameEncoding.json
    var roundTrip: TimeAmount?
    var verdictTime: TimeAmount?
    var keepalive: Keepalive?
    var timer: Scheduled<Void>?
    var question: (nonce: ByteBuffer, sent: NIODeadline)?
    var pads = false

    private var phase = Phase.running
    private var assembler = WebSocketMessageAssembler(role: .client, limits: Carrier.limitsBeforeVerdict)
    private var encoder = WebSocketFrameEncoder(role: .client)
    private var context: ChannelHandlerContext?
    private var outgoing = ByteBuffer()
    private var spare = ByteBuffer()
    private var prefix = ByteBuffer()
    private var isReading = false

    static let limitsBeforeVerdict = WebSocketLimits(text: true, binaryPayload: nil)

    init(_ opened: OpenedCarrier) {
        kind = opened.kind
        eventLoop = opened.channel.eventLoop
        roundTrip = opened.timings.upgraded - (opened.timings.secured ?? opened.timings.connected)
    }

    var isRunning: Bool {
        if case .running = phase { true } else { false }
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    var limits: WebSocketLimits {
        get { assembler.limits }
        set { assembler.limits = newValue }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        broken("the connection to the gateway ended")
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .over = phase { return }
        let bytes = unwrapInboundIn(data)
        hear()
        isReading = true
        assembler.append(bytes)
        if case .closing = phase { return awaitClose() }
        do {
            while case .running = phase, let message = try assembler.next() { owner?.carrier(self, received: message) }
        } catch {
            fail(error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        owner?.carrierReadCompleted(self)
        flush()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { owner?.carrierMayWrite(self) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        broken("the connection to the gateway ended")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        broken("the connection to the gateway failed: \(ConnectFailure.sentence(error))")
    }

    func setAutoRead(_ value: Bool) { _ = context?.channel.setOption(ChannelOptions.autoRead, value: value) }
}

extension Carrier {
    func write(_ hello: Hello, early: [Frame]) {
        encoder.append(.text, to: &outgoing) { $0.writeImmutableBuffer((try? hello.encoded()) ?? ByteBuffer()) }
        for frame in early { encoder.append(.binary, to: &outgoing) { BinaryFrameCodec.encode(frame, into: &$0) } }
    }

    func write(_ frame: Frame) {
        let encoding = encoding
        encoder.append(encoding == .binary ? .binary : .text, to: &outgoing) { encoding.encode(frame, into: &$0) }
    }

    func writeData(_ piece: ByteBuffer, on id: StreamID) {
        guard encoding == .binary else { return write(.streamData(id, piece)) }
        prefix.clear()
        BinaryFrameCodec.writeDataHeader(id, into: &prefix)
        encoder.append(.binary, prefix: prefix, payload: piece, to: &outgoing)
        if outgoing.readableBytes >= Self.flushThreshold { push() }
    }

    func pong(_ payload: ByteBuffer) {
        encoder.append(.pong, to: &outgoing) { $0.writeImmutableBuffer(payload) }
    }

    func flush() {
        if !isReading { push() }
    }

    private func push() {
        guard outgoing.readableBytes > 0, let context, isRunning else { return }
        keepalive?.say(now: eventLoop.now)
        let bytes = outgoing
        outgoing = spare
        outgoing.clear()
        spare = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if bytes.storageCapacity <= Self.flushThreshold * 2 { spare = bytes }
    }

    func close(_ code: WebSocketCloseCode, isEcho: Bool) {
        guard isRunning else { return }
        encoder.append(.close, to: &outgoing) { $0.writeImmutableBuffer(WebSocketClose(code: code).payload) }
        push()
        phase = .closing
        letGo()
        guard !isEcho else { return over() }
        timer = eventLoop.assumeIsolated().scheduleTask(in: Self.closePatience) { self.over() }
    }

    func abandon() {
        guard isRunning else { return }
        letGo()
        over()
    }

    func broken(_ message: String) {
        let owner = isRunning ? owner : nil
        if isRunning { letGo() }
        over()
        owner?.carrierEnded(self, .broken(message))
    }

    private func fail(_ error: WebSocketError) {
        let owner = owner
        close(error.closeCode, isEcho: false)
        owner?.carrierEnded(self, .faulty(error.tunnelError ?? TunnelError(.badFrame, error.message)))
    }

    private func awaitClose() {
        do {
            while let message = try assembler.next() {
                if case .close = message { return over() }
            }
        } catch {
            over()
        }
    }

    private func letGo() {
        timer?.cancel()
        keepalive = nil
        owner = nil
    }

    private func over() {
        if case .over = phase { return }
        phase = .over
        timer?.cancel()
        context?.close(promise: nil)
    }
}
