import HTTVPSObservability
import HTTVPSProtocol

extension SessionHandler {
    func charge() {
        guard context != nil else { return }
        let holds = session == nil && !isTransportFinished ? assembler.reservedBytes + machine.heldBytes : 0
        guard holds != charged else { return }
        let fits = environment.memory.changeBeforeVerdict(by: holds - charged)
        charged = holds
        if !fits { endForMemory() }
    }

    func releaseCharge() {
        guard charged > 0 else { return }
        _ = environment.memory.changeBeforeVerdict(by: -charged)
        charged = 0
    }

    func forgetArrived() { assembler = WebSocketMessageAssembler(role: .gateway, limits: machine.limits) }

    private func endForMemory() {
        environment.metrics.limits[.memoryBeforeVerdict].increment()
        forgetArrived()
        perform(machine.end(.refused(.overloaded)))
        finishTransport()
    }
}
