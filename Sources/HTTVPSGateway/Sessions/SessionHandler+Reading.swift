import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

extension SessionHandler {
    func pause(_ reason: ReadPause) { pauses.insert(reason) }

    func unpause(_ reason: ReadPause) {
        guard pauses.contains(reason) else { return }
        pauses.remove(reason)
        guard pauses.isEmpty else { return }
        lastHeard = .now()
        process()
        readOn()
    }

    func readOn() {
        guard wantsRead, pauses.isEmpty || machine.isEnding else { return }
        wantsRead = false
        context?.read()
    }

    func finishReceiving() {
        isReceiving = false
        turn = 0
        completeBatch()
    }

    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while !isTransportFinished, !isDeaf, pauses.isEmpty || machine.isEnding, let action = nextAction() {
            perform(action)
            countTurn()
        }
        if isDeaf, assembler.skipToClose() { finishTransport() }
        isProcessing = false
        charge()
        if !isReceiving { completeBatch() }
    }

    func perform(_ action: CarrierStateMachine.OnMessage) {
        switch action {
        case .nothing: break
        case .validate(let hello): validate(hello)
        case .stopReading:
            if machine.isHoldingAll { environment.metrics.limits[.heldBeforeVerdict].increment() }
            pause(.verdict)
        case .frame(let frame): session?.receive(frame, from: self)
        case .answerPing(let payload): answerPing(payload)
        case .end(let ending): conclude(ending)
        case .finishTransport: finishTransport()
        }
    }

    func watchSilence(_ patience: TimeAmount) {
        schedule(.silence, at: lastHeard + patience) { handler in
            guard !handler.machine.isEnding else { return }
            if !handler.pauses.subtracting(.backlog).isEmpty { handler.lastHeard = .now() }
            guard handler.lastHeard + patience <= .now() else { return handler.watchSilence(patience) }
            guard handler.resumes else {
                return handler.perform(handler.machine.fail(TunnelError(.idleTimeout, "nothing was heard")))
            }
            handler.loseTransport()
            handler.context?.close(promise: nil)
        }
    }

    private func answerPing(_ payload: ByteBuffer) {
        pongs += 1
        guard pongs > Self.pongsPerTurn else { return sendControl(.pong) { $0.writeImmutableBuffer(payload) } }
        environment.metrics.limits[.pings].increment()
        heldPong = payload
    }

    private func countTurn() {
        turn += 1
        guard turn >= Self.framesPerTurn, !machine.isEnding, let context else { return }
        turn = 0
        pause(.turn)
        environment.metrics.limits[.framesPerTurn].increment()
        context.eventLoop.assumeIsolated().execute { [weak self] in self?.unpause(.turn) }
    }

    private func completeBatch() {
        pongs = 0
        if let payload = heldPong {
            heldPong = nil
            sendControl(.pong) { $0.writeImmutableBuffer(payload) }
        }
        session?.completeBatch(from: self)
        flush()
    }

    private func nextAction() -> CarrierStateMachine.OnMessage? {
        if let action = machine.receiveHeld() { return action }
        do {
            guard let message = try assembler.next() else { return nil }
            if machine.isAwaitingHello, handshakeDeadline <= .now() { return machine.handshakeTimedOut() }
            return machine.receive(message)
        } catch {
            defer { isDeaf = machine.isEnding }
            note(error)
            return machine.receive(error)
        }
    }

    private func note(_ error: WebSocketError) {
        if error == .tooManyFragments { environment.metrics.limits[.fragments].increment() }
        if error.tunnelError?.code == .messageTooBig { environment.metrics.limits[.messageSize].increment() }
    }
}
