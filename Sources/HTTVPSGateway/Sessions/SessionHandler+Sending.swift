import DequeModule
import HTTVPSProtocol
import NIOCore

extension SessionHandler {
    var canSend: Bool {
        guard let context, !isTransportFinished else { return false }
        return context.channel.isWritable && unflushed < Self.largestUnflushed
    }

    func allowance(for relay: StreamRelay) -> Int {
        let lease = leaseAllowance
        if lease == 0 { moved() }
        let credit = min(machine.credit(relay.id), lease)
        guard credit > 0 else { return 0 }
        if canSend { return credit }
        if isWaiting.insert(relay.id).inserted { waiting.append(relay.id) }
        return 0
    }

    func send(_ frame: Frame) {
        guard let encoding = session?.encoding else { return }
        sendControl { encoder, out in
            encoder.append(encoding == .binary ? .binary : .text, to: &out) { encoding.encode(frame, into: &$0) }
        }
    }

    func sendControl(_ write: (inout WebSocketFrameEncoder, inout ByteBuffer) -> Void) {
        guard context != nil, !isTransportFinished else { return }
        let before = outbox.readableBytes
        write(&encoder, &outbox)
        backlog += outbox.readableBytes - before
        if backlog > Self.largestBacklog, !isBackedUp, !machine.isEnding { waitForBacklog() }
    }

    func sendData(_ data: ByteBuffer, on id: StreamID, _ encoding: FrameEncoding) {
        guard let context else { return }
        drainOutbox(context)
        var message = data
        switch encoding {
        case .binary:
            Self.prependDataHeader(id, to: &message)
            encoder.encode(.binary, inPlace: &message)
        case .json:
            message = ByteBuffer()
            encoder.append(.text, to: &message) { encoding.encode(.streamData(id, data), into: &$0) }
        }
        unflushed += message.readableBytes
        context.write(wrapOutboundOut(message), promise: nil)
    }

    func flush() {
        guard !isBatching, !isFlushing else { return }
        isFlushing = true
        repeat {
            flushNow()
            if !waiting.isEmpty { serveWaiting() }
        } while unflushed > 0 || outbox.readableBytes > 0
        isFlushing = false
    }

    func flushNow() {
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

    func serveWaiting() {
        var turns = waiting.count
        while turns > 0, canSend, let id = waiting.popFirst() {
            turns -= 1
            guard isWaiting.remove(id) != nil else { continue }
            relays[id]?.resume()
        }
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
    }

    private static func prependDataHeader(_ id: StreamID, to buffer: inout ByteBuffer) {
        guard case .number(let number) = id else { return }
        let start = buffer.readerIndex - BinaryFrameCodec.dataHeaderLength(id)
        buffer.setInteger(BinaryFrameCodec.Kind.streamData.rawValue, at: start)
        switch number {
        case 0..<(1 << 6): buffer.setInteger(UInt8(number), at: start + 1)
        case 0..<(1 << 14): buffer.setInteger(UInt16(number) | 0x4000, at: start + 1)
        default: buffer.setInteger(number | 0x8000_0000, at: start + 1)
        }
        buffer.moveReaderIndex(to: start)
    }
}
