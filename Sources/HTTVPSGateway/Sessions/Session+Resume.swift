import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension Session {
    enum ResumeVerdict {
        case resumed
        case refused
        case notKnown
    }

    func lost(_ carrier: any Carrier) {
        guard carrier === self.carrier else { return }
        leaveCarrier()
        guard ticket != nil, !isOver else { return conclude(.lost) }
        waitingSince = .now()
        environment.metrics.sessionsWaiting.increment()
        environment.table.setWaiting(grant.sessionID, number: number, since: .now())
        schedule(.resume, at: .now() + policy.resumeWindow) { $0.conclude(.lost) }
        logger.info("session waits for a resume", metadata: .fields([.count: .number(relays.count)]))
        flushDirty()
        endIfDrained()
        settle()
    }

    func resume(_ hello: Hello, on carrier: any Carrier) -> ResumeVerdict {
        guard !isOver else { return .notKnown }
        guard let request = hello.resume,
            ticket?.accept(request, deviceID: hello.deviceID, capabilities: hello.agreed) == true
        else { return .refused }
        self.carrier?.drop()
        leaveCarrier()
        stopWaiting()
        self.carrier = carrier
        let ended = multiplexer.resume(listed: request.streams, lastStreamID: nil)
        carrier.open(resumedGrant(), for: self)
        logger.info("session resumed", metadata: .fields([.count: .number(request.streams.count)]))
        for stream in ended { remove(stream.id, stream.isNormal ? .normal : .internal) }
        if let drainDeadline { sayGoaway(until: drainDeadline) }
        repeating = Set(relays.keys.filter { multiplexer.hasRepeats(on: $0) })
        for id in relays.keys where !repeating.contains(id) { wait(id) }
        endIfDrained()
        flush()
        settle()
        return .resumed
    }

    func serveRepeats() {
        guard multiplexer.hasRepeats else { return }
        while carrier?.isWritable == true, let frame = multiplexer.nextRepeat(maxPayload: grant.maxPayload) {
            if case .streamData = frame { writeRepeat(frame) } else { send(frame) }
        }
        for id in repeating where !multiplexer.hasRepeats(on: id) {
            repeating.remove(id)
            if relays[id] != nil { wait(id) }
        }
    }

    func stopWaiting() {
        guard waitingSince != nil else { return }
        waitingSince = nil
        timers.removeValue(forKey: .resume)?.cancel()
        environment.metrics.sessionsWaiting.decrement()
        environment.table.setWaiting(grant.sessionID, number: number, since: nil)
    }

    private func leaveCarrier() {
        carrier = nil
        isBatching = false
        congested = []
        heldPong = nil
        bulk = 0
        endAssociations(.normal)
        clock.forget()
    }

    private func resumedGrant() -> SessionGrant {
        var answer = grant
        answer.credentials = nil
        answer.resumed = true
        answer.lastStreamID = multiplexer.highestID
        answer.streams = multiplexer.listedStreams
        answer.pad = SessionPolicy.pad()
        return answer
    }

    private func writeRepeat(_ frame: Frame) {
        var message = ByteBuffer()
        message.reserveCapacity(frame.payloadLength + DeliveryBuffer.headroom)
        encoder.append(.binary, to: &message) { encoding.encode(frame, into: &$0) }
        carrier?.write(message)
    }
}

extension Hello {
    var agreed: Capabilities { SessionPolicy.offered.agreed(with: capabilities) }
}
