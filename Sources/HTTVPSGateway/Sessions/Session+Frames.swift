import DequeModule
import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension Session {
    func perform(_ result: Multiplexer.OnFrame) {
        switch result {
        case .data(let id, let data, let acknowledgement):
            if let acknowledgement { send(acknowledgement) }
            measureRoundTrip(data.readableBytes)
            relays[id]?.receive(data)
        case .credit(let id): relays[id]?.resume()
        case .open(let id, let target, let data): open(id, target, data)
        case .refuse(let frame, let ended):
            if case .streamClose(_, let reason, _) = frame {
                if let ended { remove(ended, reason) } else { environment.metrics.streamClosed(reason) }
                if reason == .streamLimit { environment.metrics.limits[.streams].increment() }
            }
            send(frame)
        case .finish(let id, let acknowledgement):
            if let acknowledgement { send(acknowledgement) }
            relays[id]?.receiveFinish()
            leaveIfOver(id)
        case .closed(let id, let reason, _): remove(id, reason)
        case .reply(let frame): reply(frame)
        case .datagram(let id, let target, let data, let begins): relay(data, to: target, on: id, begins: begins)
        case .ignored, .opened, .goaway, .error: break
        }
    }

    private func open(_ id: StreamID, _ target: TargetAddress, _ data: ByteBuffer) {
        environment.metrics.streamsOpened.increment()
        environment.metrics.streamsActive.increment()
        let relay = StreamRelay(id: id, session: self)
        relays[id] = relay
        if let trace = terms.trace { relay.opening = span(of: id, in: trace) }
        guard environment.targets.permits(target), terms.egress.admits(target) else {
            return streamFailed(relay, .deniedByPolicy, "the target is not allowed")
        }
        meter.countStream()
        logger.debug("stream opened", metadata: .fields([.streamID: .text(id)]))
        relay.open(target, through: terms.egress)
        relay.receive(data)
    }

    func leaveIfOver(_ id: StreamID) {
        guard !multiplexer.isOpen(id), let relay = relays[id] else { return }
        relay.leave()
        forget(relay, .normal)
    }

    func remove(_ id: StreamID, _ reason: StreamCloseReason) {
        if endAssociation(id, reason) { return endIfDrained() }
        guard let relay = relays[id] else { return }
        relay.close()
        forget(relay, reason)
    }

    private func forget(_ relay: StreamRelay, _ reason: StreamCloseReason) {
        if relay.opening != nil { endOpening(of: relay, reason.name) }
        relays[relay.id] = nil
        isWaiting.remove(relay.id)
        short.remove(relay.id)
        repeating.remove(relay.id)
        unconsumed -= relay.unconsumed
        promised -= relay.promised
        environment.metrics.streamsActive.decrement()
        environment.metrics.streamClosed(reason)
        if congested.remove(relay.id) != nil, congested.isEmpty { carrier?.setCongested(false) }
        if !isBatching { endIfDrained() }
    }

    func closeRelays(_ reason: StreamCloseReason) {
        endAssociations(reason)
        let all = relays.values
        relays = [:]
        waiting = []
        isWaiting = []
        dirty = []
        short = []
        repeating = []
        for relay in all {
            if relay.opening != nil { endOpening(of: relay, reason.name) }
            relay.close()
            environment.metrics.streamsActive.decrement()
            environment.metrics.streamClosed(reason)
        }
    }
}

extension Session {
    func streamOpened(_ relay: StreamRelay) {
        guard multiplexer.isOpen(relay.id) else { return }
        if relay.opening != nil { endOpening(of: relay, "opened") }
        send(.streamOpened(relay.id))
        if let window = multiplexer.sendOpened(on: relay.id) { send(window) }
        flush()
    }

    func deliver(_ data: consuming ByteBuffer, from relay: StreamRelay) {
        guard !isOver, multiplexer.mayWrite(relay.id) else { return }
        let count = data.readableBytes
        meter.countDown(count)
        sendData(data, on: relay.id)
        environment.metrics.bytesDown.increment(by: Int64(count))
        moved()
    }

    func promise(_ count: Int) {
        promised += count
        moved()
    }

    func took(_ count: Int) {
        promised -= count
        countUp(count)
    }

    func movedUp(_ count: Int) {
        countUp(count)
        moved()
    }

    private func countUp(_ count: Int) {
        meter.countUp(count)
        environment.metrics.bytesUp.increment(by: Int64(count))
    }

    func consumed(_ count: Int, by relay: StreamRelay) {
        unconsumed -= count
        guard let window = multiplexer.consume(count, on: relay.id) else { return }
        send(window)
        flush()
    }

    func streamFinished(_ relay: StreamRelay) {
        guard multiplexer.isOpen(relay.id) else { return }
        if multiplexer.sendFinish(on: relay.id) { send(.streamFinish(relay.id)) }
        leaveIfOver(relay.id)
        flush()
    }

    func streamFailed(_ relay: StreamRelay, _ reason: StreamCloseReason, _ message: String) {
        if multiplexer.close(relay.id) { send(.streamClose(relay.id, reason, message: message)) }
        remove(relay.id, reason)
        logger.debug(
            "stream failed", metadata: .fields([.streamID: .text(relay.id), .reason: .string(reason.name)]))
        flush()
    }

    func congestionChanged(_ relay: StreamRelay) {
        guard !flowControl, relays[relay.id] === relay else { return }
        if relay.isCongested {
            congested.insert(relay.id)
            carrier?.setCongested(true)
        } else if congested.remove(relay.id) != nil, congested.isEmpty {
            carrier?.setCongested(false)
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
