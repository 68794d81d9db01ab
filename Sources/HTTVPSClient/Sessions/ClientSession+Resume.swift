import HTTVPSProtocol
import NIOCore

extension ClientSession {
    func move() {
        guard machine.mayResume else { return }
        greeting?.cancel(.failed(.unreachable("the network changed")))
        nap.wake()
        if carrier != nil { raise(.moved) }
    }

    func needsResume(for trouble: Trouble) -> Bool {
        if case .doubtful = trouble, let carrier, carrier.keepalive?.isDoubted == false { return false }
        return machine.mayResume
    }

    func takeOver(for trouble: Trouble) -> ResumeRequest? {
        guard needsResume(for: trouble) else { return nil }
        let old = carrier
        pause()
        old?.abandon()
        return machine.takeOver()
    }

    func resume(on carrier: Carrier, _ grant: SessionGrant) -> Greeting.Outcome {
        switch machine.resume(grant) {
        case .fault(let error):
            carrier.close(WebSocketCloseCode(rawValue: error.code.closeCode), isEcho: false)
            finish(.faulty(error), closeCode: nil)
            return .unneeded
        case .resumed(let ended, let closes):
            take(carrier)
            for id in closes { write(.streamClose(id, .normal, message: "")) }
            sendRepeats()
            for stream in ended { lose(stream) }
            resumeBlocked()
            becameReady?()
            return .resumed(attempt: machine.attempt)
        }
    }

    private func lose(_ stream: EndedStream) {
        guard let consumer = consumers.removeValue(forKey: stream.id), !stream.isNormal else { return }
        consumer.streamClosed(.internal, message: "the gateway lost the stream")
    }

    func sendRepeats() {
        guard machine.hasRepeats else { return }
        while let carrier, carrier.isWritable, let frame = machine.nextRepeat() {
            if case .streamData(let id, let piece) = frame { carrier.writeData(piece, on: id) } else { write(frame) }
        }
        guard !machine.hasRepeats else { return flush() }
        for consumer in Array(consumers.values) { consumer.streamMayWrite() }
        flush()
    }

    func succeed(with successor: ClientSession) {
        if isRetired { successor.stop() } else { retire(.successor(NIOLoopBound(successor, eventLoop: eventLoop))) }
        finish(.lost("the gateway no longer had the session"), closeCode: nil)
    }

    func giveUp(_ end: SessionEnd) {
        if let carrier, carrier.keepalive?.isDoubted != true { return }
        finish(.lost("the session could not be resumed in time: \(end.error.message)"), closeCode: nil)
    }

    func retire(_ succession: Succession) {
        guard !isRetired else { return }
        isRetired = true
        self.succession.succeed(succession)
    }
}
