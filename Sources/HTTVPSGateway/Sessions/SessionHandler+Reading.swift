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
        completeBatch()
    }

    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while !isTransportFinished, !isDeaf, pauses.isEmpty || machine.isEnding, let action = nextAction() {
            perform(action)
        }
        if isDeaf, assembler.skipToClose() { finishTransport() }
        isProcessing = false
        if !isReceiving { completeBatch() }
    }

    func perform(_ action: CarrierStateMachine.OnMessage) {
        switch action {
        case .nothing: break
        case .validate(let hello): validate(hello)
        case .stopReading: pause(.verdict)
        case .frame(let frame): session?.receive(frame, from: self)
        case .answerPing(let payload): sendControl(.pong) { $0.writeImmutableBuffer(payload) }
        case .end(let ending): conclude(ending)
        case .finishTransport: finishTransport()
        }
    }

    func watchSilence(_ patience: TimeAmount) {
        schedule(.silence, at: lastHeard + patience) { handler in
            guard !handler.machine.isEnding else { return }
            if !handler.pauses.isEmpty { handler.lastHeard = .now() }
            guard handler.lastHeard + patience <= .now() else { return handler.watchSilence(patience) }
            handler.perform(handler.machine.fail(TunnelError(.idleTimeout, "nothing was heard")))
        }
    }

    private func completeBatch() {
        session?.completeBatch(from: self)
        flush()
    }

    private func nextAction() -> CarrierStateMachine.OnMessage? {
        if let action = machine.receiveHeld() { return action }
        do {
            guard let message = try assembler.next() else { return nil }
            return machine.receive(message)
        } catch {
            defer { isDeaf = machine.isEnding }
            return machine.receive(error)
        }
    }
}
