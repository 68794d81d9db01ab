import HTTVPSProtocol
import NIOCore

extension SessionHandler {
    func handle(_ frame: Multiplexer.OnFrame) {
        switch frame {
        case .ignored, .open, .datagram, .error: break
        case .refuse(let answer, _), .reply(let answer): write(answer)
        case .opened(let id): consumers[id]?.streamOpened()
        case .data(let id, let data, let acknowledgement):
            acknowledgement.map { write($0) }
            deliver(data, to: id)
        case .finish(let id, let acknowledgement):
            acknowledgement.map { write($0) }
            let consumer = consumers[id]
            forgetIfOver(id)
            consumer?.streamFinished()
        case .closed(let id, let reason, let message):
            consumers.removeValue(forKey: id)?.streamClosed(reason, message: message)
        case .credit(let id): consumers[id]?.streamMayWrite()
        case .goaway: retired.succeed()
        }
    }

    private func deliver(_ data: ByteBuffer, to id: StreamID) {
        guard let consumer = consumers[id] else { return consumed(data.readableBytes, on: id) }
        unconsumed += data.readableBytes
        holdBack()
        if touched.last != id { touched.append(id) }
        consumer.streamReceived(data)
    }

    func forgetIfOver(_ id: StreamID) {
        if !machine.isOpen(id) { consumers[id] = nil }
    }

    func write(_ frame: Frame) {
        let encoding = machine.encoding
        encoder.append(encoding == .binary ? .binary : .text, to: &outgoing) { encoding.encode(frame, into: &$0) }
    }

    func flush() {
        guard !isReading, outgoing.readableBytes > 0, let context else { return }
        keepalive?.say(now: context.eventLoop.now)
        let bytes = outgoing
        outgoing = spare
        outgoing.clear()
        spare = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if bytes.storageCapacity <= Self.flushThreshold * 2 { spare = bytes }
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func resumeBlocked() {
        let ids = blocked
        blocked.removeAll(keepingCapacity: true)
        for id in ids { consumers[id]?.streamMayWrite() }
        flush()
    }

    private func holdBack() {
        guard !machine.hasFlowControl, unconsumed > Self.unconsumedLimit else { return }
        _ = context?.channel.setOption(ChannelOptions.autoRead, value: false)
    }

    private func letGo() {
        guard !machine.hasFlowControl, unconsumed <= Self.unconsumedLimit else { return }
        _ = context?.channel.setOption(ChannelOptions.autoRead, value: true)
    }

    func startKeepalive(seconds: Int) {
        guard let context else { return }
        let keepalive = Keepalive(seconds: seconds, now: context.eventLoop.now)
        self.keepalive = keepalive
        schedule(keepalive.first(jitter: .random(in: 0...1)))
    }

    private func schedule(_ deadline: NIODeadline) {
        keepaliveTimer = context?.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.keepaliveFired() }
    }

    private func keepaliveFired() {
        guard let context, machine.isEstablished else { return }
        switch keepalive?.timer(now: context.eventLoop.now, jitter: .random(in: 0...1)) {
        case .wait(let deadline): schedule(deadline)
        case .ping(let next):
            let nonce = ByteBuffer(bytes: (0..<Int.random(in: 0...8)).map { _ in UInt8.random(in: 97...122) })
            write(.ping(nonce))
            flush()
            schedule(next)
        case .dead: finish(.lost("the gateway was silent for too long"), closeCode: nil)
        case nil: break
        }
    }
}

extension SessionHandler {
    func openStream(to target: TargetAddress, consumer: any StreamConsumer) throws(Multiplexer.OpenRefusal) -> StreamID
    {
        let id = try machine.openStream(to: target)
        consumers[id] = consumer
        write(.streamOpen(id, target: target, data: ByteBuffer()))
        return id
    }

    func send(_ data: inout ByteBuffer, on id: StreamID) {
        while data.readableBytes > 0 {
            let room = min(machine.credit(id), machine.maxPayload, data.readableBytes)
            guard room > 0 else { return }
            guard isWritable, let piece = data.readSlice(length: room) else {
                if blocked.last != id { blocked.append(id) }
                return
            }
            machine.sendData(piece, on: id)
            append(piece, on: id)
            if outgoing.readableBytes >= Self.flushThreshold { flush() }
        }
    }

    private func append(_ piece: ByteBuffer, on id: StreamID) {
        guard machine.encoding == .binary else { return write(.streamData(id, piece)) }
        prefix.clear()
        BinaryFrameCodec.writeDataHeader(id, into: &prefix)
        encoder.append(.binary, prefix: prefix, payload: piece, to: &outgoing)
    }

    func sendFinish(on id: StreamID) {
        guard machine.sendFinish(on: id) else { return }
        write(.streamFinish(id))
        forgetIfOver(id)
    }

    func close(_ id: StreamID, _ reason: StreamCloseReason) {
        consumers[id] = nil
        guard machine.close(id) else { return }
        write(.streamClose(id, reason, message: ""))
    }

    func consumed(_ count: Int, on id: StreamID) {
        unconsumed -= count
        letGo()
        machine.consume(count, on: id).map { write($0) }
    }

    func stop() { finish(.stopped, closeCode: .normal) }
}
