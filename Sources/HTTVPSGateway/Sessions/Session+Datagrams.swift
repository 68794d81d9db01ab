import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension Session {
    func relay(_ data: ByteBuffer, to target: TargetAddress, on id: StreamID, begins: Bool) {
        if begins { beginAssociation(id, to: target) }
        associations[id]?.receive(data, to: target)
    }

    func admitsDatagrams(to target: TargetAddress) -> Bool {
        environment.targets.permits(target) && terms.egress.admits(target)
    }

    func deliver(_ data: ByteBuffer, from source: TargetAddress, on relay: DatagramRelay) {
        guard !isOver, associations[relay.id] === relay else { return }
        let opcode: WebSocketOpcode = encoding == .binary ? .binary : .text
        var message = ByteBuffer()
        encoder.append(opcode, to: &message) {
            encoding.encode(.datagram(relay.id, target: source, data: data), into: &$0)
        }
        carrier?.write(message)
        meter.countDown(data.readableBytes)
        environment.metrics.bytesDown.increment(by: Int64(data.readableBytes))
        moved()
    }

    func droppedDatagram(_ count: Int) {
        environment.metrics.datagramsDropped.increment()
        if count > leaseAllowance { foundNoRoom(for: count) }
    }

    func associationEnded(_ relay: DatagramRelay, _ reason: StreamCloseReason, _ message: String) {
        guard associations[relay.id] === relay else { return }
        if multiplexer.close(relay.id) { send(.streamClose(relay.id, reason, message: message)) }
        endAssociation(relay.id, reason)
        endIfDrained()
        flush()
    }

    @discardableResult
    func endAssociation(_ id: StreamID, _ reason: StreamCloseReason) -> Bool {
        guard let relay = associations.removeValue(forKey: id) else { return false }
        relay.close()
        environment.metrics.streamsActive.decrement()
        environment.metrics.streamClosed(reason)
        return true
    }

    func endAssociations(_ reason: StreamCloseReason) {
        for id in multiplexer.endAssociations() { endAssociation(id, reason) }
        for id in Array(associations.keys) { endAssociation(id, reason) }
    }

    private func beginAssociation(_ id: StreamID, to target: TargetAddress) {
        environment.metrics.streamsOpened.increment()
        environment.metrics.streamsActive.increment()
        let relay = DatagramRelay(id: id, session: self)
        associations[id] = relay
        guard admitsDatagrams(to: target) else {
            return associationEnded(relay, .deniedByPolicy, "the target is not allowed")
        }
        meter.countStream()
        relay.open(through: terms.egress, to: target)
    }
}
