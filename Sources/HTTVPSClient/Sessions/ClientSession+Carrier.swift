import HTTVPSProtocol
import NIOCore

extension ClientSession: CarrierOwner {
    func carrier(_ carrier: Carrier, received message: WebSocketMessage) {
        switch machine.receive(message, at: eventLoop.now) {
        case .ignored: break
        case .frame(let frame): handle(frame)
        case .pong(let payload): carrier.pong(payload)
        case .ponged(let nonce):
            carrier.ponged(nonce)
            machine.roundTrip = carrier.roundTrip
        case .end(let end, let closeCode):
            let isEcho = if case .closed = end { true } else { false }
            finish(end, closeCode: closeCode, isEcho: isEcho)
        }
    }

    func carrierReadCompleted(_ carrier: Carrier) { completeReads() }

    func carrierMayWrite(_ carrier: Carrier) {
        sendRepeats()
        resumeBlocked()
    }

    func carrierDoubted(_ carrier: Carrier) {
        guard machine.mayResume else { return }
        traffic.pause(at: eventLoop.now)
        raise(.doubtful)
    }

    func carrierRecovered(_ carrier: Carrier) {
        traffic.unpause(at: eventLoop.now)
        greeting?.cancel(.unneeded)
        nap.wake()
    }

    func carrierEnded(_ carrier: Carrier, _ end: CarrierEnd) {
        switch end {
        case .faulty(let error): finish(.faulty(error), closeCode: nil)
        case .broken(let message):
            guard machine.mayResume else { return finish(.lost(message), closeCode: nil) }
            pause()
            raise(.broken(message))
        }
    }

    func pause() {
        carrier = nil
        completeReads()
        traffic.pause(at: eventLoop.now)
        loseAssociations()
    }

    private func completeReads() {
        let ids = touched
        touched.removeAll(keepingCapacity: true)
        for id in ids { consumers[id]?.streamReadCompleted() }
    }

    private func handle(_ frame: Multiplexer.OnFrame) {
        switch frame {
        case .ignored, .open, .error: break
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
        case .closed(let id, let reason, let message): closed(id, reason, message)
        case .credit(let id): consumers[id]?.streamMayWrite()
        case .datagram(let id, let source, let data, _): deliver(data, from: source, to: id)
        case .goaway: retire(.goaway)
        }
    }

    private func deliver(_ data: ByteBuffer, to id: StreamID) {
        traffic.down += UInt64(data.readableBytes)
        carrier?.work()
        unconsumed += data.readableBytes
        guard let consumer = consumers[id] else { return consumed(data.readableBytes, on: id) }
        holdBack()
        if touched.last != id { touched.append(id) }
        consumer.streamReceived(data)
    }

    private func deliver(_ data: ByteBuffer, from source: TargetAddress, to id: StreamID) {
        traffic.down += UInt64(data.readableBytes)
        carrier?.work()
        associations[id]?.received(data, from: source)
    }

    private func closed(_ id: StreamID, _ reason: StreamCloseReason, _ message: String) {
        consumers.removeValue(forKey: id)?.streamClosed(reason, message: message)
        associations.removeValue(forKey: id)?.associationEnded(reason)
    }

    private func holdBack() {
        if !machine.hasFlowControl, unconsumed > Self.unconsumedLimit { carrier?.setAutoRead(false) }
    }

    func letGo() {
        if !machine.hasFlowControl, unconsumed <= Self.unconsumedLimit { carrier?.setAutoRead(true) }
    }
}
