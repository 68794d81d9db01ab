import DequeModule
import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension SessionHandler {
    func perform(_ action: SessionStateMachine.OnMessage) {
        switch action {
        case .nothing: break
        case .validate(let hello): validate(hello)
        case .stopReading: pause(.verdict)
        case .frame(let result): perform(result)
        case .answerPing(let payload):
            sendControl { encoder, out in encoder.append(.pong, to: &out) { $0.writeImmutableBuffer(payload) } }
        case .end(let ending): conclude(ending)
        case .finishTransport: finishTransport()
        }
    }

    private func perform(_ result: Multiplexer.OnFrame) {
        switch result {
        case .data(let id, let data): relays[id]?.receive(data)
        case .credit(let id): relays[id]?.resume()
        case .open(let id, let target, let data): open(id, target, data)
        case .refuse(let frame, let ended):
            if let ended { remove(ended, .duplicateStream) }
            if case .streamClose(_, let reason, _) = frame, ended == nil {
                environment.metrics.streamClosed(reason)
            }
            send(frame)
        case .finish(let id, let acknowledgement):
            if let acknowledgement { send(acknowledgement) }
            relays[id]?.receiveFinish()
            leaveIfOver(id)
        case .closed(let id, let reason, _): remove(id, reason)
        case .reply(let frame): send(frame)
        case .ignored, .opened, .datagram, .goaway, .error: break
        }
    }

    private func open(_ id: StreamID, _ target: TargetAddress, _ data: ByteBuffer) {
        guard let session else { return }
        environment.metrics.streamsOpened.increment()
        environment.metrics.streamsActive.increment()
        let relay = StreamRelay(id: id, session: self)
        relays[id] = relay
        guard environment.targets.permits(target) else {
            return streamFailed(relay, .deniedByPolicy, "the target is not allowed")
        }
        session.meter.countStream()
        session.logger.debug(
            "stream opened", metadata: .fields([.streamID: .text(id), .target: .text(target)]))
        relay.open(target, through: session.egress)
        relay.receive(data)
    }

    func leaveIfOver(_ id: StreamID) {
        guard !machine.isOpen(id), let relay = relays[id] else { return }
        relay.leave()
        forget(relay, .normal)
    }

    private func remove(_ id: StreamID, _ reason: StreamCloseReason) {
        guard let relay = relays[id] else { return }
        relay.close()
        forget(relay, reason)
    }

    private func forget(_ relay: StreamRelay, _ reason: StreamCloseReason) {
        relays[relay.id] = nil
        isWaiting.remove(relay.id)
        environment.metrics.streamsActive.decrement()
        environment.metrics.streamClosed(reason)
        if congested.remove(relay.id) != nil, congested.isEmpty { unpause(.congestion) }
        endIfDrained()
    }

    func closeRelays(_ reason: StreamCloseReason) {
        let all = relays.values
        relays = [:]
        waiting = []
        isWaiting = []
        dirty = []
        for relay in all {
            relay.close()
            environment.metrics.streamsActive.decrement()
            environment.metrics.streamClosed(reason)
        }
    }
}

extension SessionHandler {
    func streamOpened(_ relay: StreamRelay) {
        guard machine.isOpen(relay.id) else { return }
        send(.streamOpened(relay.id))
        flush()
    }

    func deliver(_ data: ByteBuffer, from relay: StreamRelay) {
        guard let session, machine.mayWrite(relay.id) else { return }
        let count = data.readableBytes
        machine.sendData(count, on: relay.id)
        sendData(data, on: relay.id, session.encoding)
        session.meter.countDown(count)
        environment.metrics.bytesDown.increment(by: Int64(count))
        moved()
    }

    func movedUp(_ count: Int) {
        session?.meter.countUp(count)
        environment.metrics.bytesUp.increment(by: Int64(count))
        moved()
    }

    func consumed(_ count: Int, by relay: StreamRelay) {
        guard let window = machine.consume(count, on: relay.id) else { return }
        send(window)
        flush()
    }

    func streamFinished(_ relay: StreamRelay) {
        guard machine.isOpen(relay.id) else { return }
        if machine.sendFinish(on: relay.id) { send(.streamFinish(relay.id)) }
        leaveIfOver(relay.id)
        flush()
    }

    func streamFailed(_ relay: StreamRelay, _ reason: StreamCloseReason, _ message: String) {
        if machine.close(relay.id) { send(.streamClose(relay.id, reason, message: message)) }
        remove(relay.id, reason)
        session?.logger.debug(
            "stream failed", metadata: .fields([.streamID: .text(relay.id), .reason: .string(reason.name)]))
        flush()
    }

    func congestionChanged(_ relay: StreamRelay) {
        guard let session, !session.flowControl, relays[relay.id] === relay else { return }
        if relay.isCongested {
            congested.insert(relay.id)
            pause(.congestion)
        } else if congested.remove(relay.id) != nil, congested.isEmpty {
            unpause(.congestion)
        }
    }

    func needsFlush(_ relay: StreamRelay) {
        dirty.append(relay)
        if !isBatching { flushDirty() }
    }

    func flushDirty() {
        while !dirty.isEmpty {
            let relays = dirty
            dirty = []
            for relay in relays { relay.flush() }
        }
    }
}
