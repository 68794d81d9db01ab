import HTTVPSProtocol
import NIOCore

extension ClientSession {
    func openStreamMakingRoom(
        to target: TargetAddress, consumer: any StreamConsumer
    ) throws(Multiplexer.OpenRefusal) -> StreamID {
        do {
            return try openStream(to: target, consumer: consumer)
        } catch .streamLimit {
            guard makeRoom() else { throw .streamLimit }
            return try openStream(to: target, consumer: consumer)
        }
    }

    private func makeRoom() -> Bool {
        let ended = consumers.values.compactMap { consumer in consumer.silentSinceItsEnd.map { ($0, consumer) } }
        guard let longest = ended.min(by: { $0.0 < $1.0 }) else { return false }
        longest.1.makeRoom()
        return true
    }

    func openStream(to target: TargetAddress, consumer: any StreamConsumer) throws(Multiplexer.OpenRefusal) -> StreamID
    {
        let id = try machine.openStream(to: target)
        consumers[id] = consumer
        if machine.hasRepeats(on: id) {
            sendRepeats()
        } else {
            write(.streamOpen(id, target: target, data: ByteBuffer()))
        }
        carrier?.work()
        return id
    }

    @discardableResult
    func openedEarly(to target: TargetAddress, consumer: (any StreamConsumer)?) -> StreamID? {
        guard let id = try? machine.openStream(to: target) else { return nil }
        consumers[id] = consumer
        if consumer == nil { close(id, .normal) }
        return id
    }

    func send(_ data: inout ByteBuffer, on id: StreamID) {
        while data.readableBytes > 0 {
            let room = min(machine.credit(id), machine.grant.maxPayload, data.readableBytes)
            guard room > 0 else { return }
            guard let carrier, carrier.isWritable, let piece = data.readSlice(length: room) else {
                if blocked.last != id { blocked.append(id) }
                return
            }
            traffic.up += UInt64(room)
            machine.sendData(piece, on: id)
            carrier.writeData(piece, on: id)
        }
        carrier?.work()
    }

    func sendFinish(on id: StreamID) {
        guard machine.sendFinish(on: id) else { return forgetIfOver(id) }
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
        machine.consume(count, on: id, at: eventLoop.now).map { write($0) }
    }

    func flush() { carrier?.flush() }

    func write(_ frame: Frame) { carrier?.write(frame) }

    func forgetIfOver(_ id: StreamID) {
        if !machine.isOpen(id) { consumers[id] = nil }
    }

    func resumeBlocked() {
        guard let carrier, carrier.isWritable else { return }
        let ids = blocked
        blocked.removeAll(keepingCapacity: true)
        for id in ids { consumers[id]?.streamMayWrite() }
        flush()
    }
}

extension ClientSession {
    func openAssociation(
        _ consumer: any DatagramConsumer, for count: Int
    ) throws(Multiplexer.OpenRefusal) -> StreamID {
        guard let carrier, carrier.isWritable, machine.mayBeginAssociation(), count <= machine.grant.maxPayload
        else { throw .draining }
        let id = try machine.openAssociation()
        associations[id] = consumer
        return id
    }

    func sendDatagram(_ data: ByteBuffer, to target: TargetAddress, on id: StreamID) {
        guard let carrier, carrier.isWritable, machine.isOpen(id), data.readableBytes <= machine.grant.maxPayload
        else { return traffic.datagramsDropped += 1 }
        traffic.up += UInt64(data.readableBytes)
        write(.datagram(id, target: target, data: data))
        carrier.work()
    }

    func closeAssociation(_ id: StreamID) {
        guard associations.removeValue(forKey: id) != nil, machine.close(id) else { return }
        write(.streamClose(id, .normal, message: ""))
    }
}
