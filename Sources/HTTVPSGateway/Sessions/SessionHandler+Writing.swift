import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

extension SessionHandler: Carrier {
    var isWritable: Bool {
        guard let context, !isTransportFinished else { return false }
        return context.channel.isWritable && unflushed < Self.largestUnflushed
    }

    var hasUnflushed: Bool { unflushed > 0 || outbox.readableBytes > 0 }

    func open(_ grant: SessionGrant, for session: Session) { open(grant, for: session as any CarriedSession) }

    func open(_ grant: SessionGrant, for session: any CarriedSession) {
        guard context != nil, !machine.isEnding else { return session.lost(self) }
        self.session = session
        resumes = grant.capabilities.contains(.resume)
        machine.allowed(grant.capabilities, maxPayload: grant.maxPayload)
        assembler.limits = machine.limits
        encoder.append(.text, to: &outbox) { $0.writeImmutableBuffer(AuthResult.allowed(grant).encoded()) }
        environment.metrics.handshakes[grant.resumed == true ? .resumed : .allowed].increment()
        environment.metrics.handshakeSeconds.observe(.nanoseconds((NIODeadline.now() - startedAt).nanoseconds))
        watchSilence(.seconds(2 * Int64(grant.keepaliveSeconds)))
    }

    func send(_ frame: Frame) {
        let encoding = machine.encoding
        sendControl(encoding == .binary ? .binary : .text) { encoding.encode(frame, into: &$0) }
    }

    func write(_ message: ByteBuffer) {
        guard let context, !isTransportFinished else { return }
        drainOutbox(context)
        unflushed += message.readableBytes
        context.write(wrapOutboundOut(message), promise: nil)
    }

    func deliver(_ messages: [ByteBuffer], control: Int) {
        for message in messages { write(message) }
        count(control)
        flush()
    }

    func setCongested(_ isCongested: Bool) {
        if isCongested { pause(.congestion) } else { unpause(.congestion) }
    }

    func sendControl(_ opcode: WebSocketOpcode, writing body: (inout ByteBuffer) -> Void) {
        guard context != nil, !isTransportFinished else { return }
        let before = outbox.readableBytes
        encoder.append(opcode, to: &outbox, writing: body)
        count(outbox.readableBytes - before)
    }

    private func count(_ control: Int) {
        backlog += control
        if backlog > Self.largestBacklog, !isBackedUp, !machine.isEnding { waitForBacklog() }
    }

    func flush() {
        guard let context else {
            outbox = ByteBuffer()
            unflushed = 0
            return
        }
        drainOutbox(context)
        guard unflushed > 0 else { return }
        unflushed = 0
        context.flush()
    }

    private func drainOutbox(_ context: ChannelHandlerContext) {
        guard outbox.readableBytes > 0 else { return }
        let part = outbox
        outbox = ByteBuffer()
        unflushed += part.readableBytes
        context.write(wrapOutboundOut(part), promise: nil)
    }

    private func waitForBacklog() {
        guard let context else { return }
        isBackedUp = true
        pause(.backlog)
        drainOutbox(context)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { [weak self] in
            self?.backlog = 0
            self?.isBackedUp = false
            self?.unpause(.backlog)
        }
        context.write(wrapOutboundOut(ByteBuffer()), promise: promise)
        unflushed = 0
        context.flush()
        if isBackedUp { environment.metrics.limits[.controlBacklog].increment() }
    }
}
