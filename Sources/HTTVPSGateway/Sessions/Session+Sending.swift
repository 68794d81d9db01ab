import DequeModule
import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

extension Session {
    func allowance(for relay: StreamRelay) -> Int {
        let lease = leaseAllowance
        if lease == 0 { moved() }
        let credit = min(multiplexer.credit(relay.id), lease)
        guard credit > 0 else { return 0 }
        guard carrier?.isWritable == true else {
            wait(relay.id)
            return 0
        }
        let room = roomToKeep(relay.id)
        guard room > 0 else {
            if short.insert(relay.id).inserted { environment.metrics.limits[.sessionBuffer].increment() }
            return 0
        }
        return min(credit, room)
    }

    func wait(_ id: StreamID) {
        if isWaiting.insert(id).inserted { waiting.append(id) }
    }

    func serveShort() {
        guard !short.isEmpty else { return }
        for id in short where roomToKeep(id) > 0 {
            short.remove(id)
            wait(id)
        }
    }

    func settle() {
        let held = isOver ? 0 : multiplexer.retainedBytes + max(multiplexer.extendedBytes, unconsumed)
        if held != accounted {
            let difference = held - accounted
            accounted = held
            environment.memory.change(by: difference)
        }
        multiplexer.growthRoom = environment.memory.room
    }

    private func roomToKeep(_ id: StreamID) -> Int {
        guard ticket != nil else { return .max }
        let kept = multiplexer.retainedBytes
        let inSession = policy.sessionBuffer - kept
        guard inSession < grant.initialWindow else { return inSession }
        return max(inSession, grant.initialWindow - multiplexer.retainedBytes(on: id))
    }

    func send(_ frame: Frame) { carrier?.send(frame) }

    func sendData(_ data: consuming ByteBuffer, on id: StreamID) {
        guard encoding == .binary else { return sendText(data, on: id) }
        let message = DataMessage(data, on: id, encoder: &encoder)
        multiplexer.sendData(message.payload, on: id)
        carrier?.write(message.bytes)
    }

    func flush() {
        guard !isBatching, !isFlushing else { return }
        isFlushing = true
        repeat {
            carrier?.flush()
            serveRepeats()
            serveShort()
            if !waiting.isEmpty { serveWaiting() }
        } while carrier?.hasUnflushed == true
        isFlushing = false
        settle()
    }

    func serveWaiting() {
        var turns = waiting.count
        while turns > 0, carrier?.isWritable == true, let id = waiting.popFirst() {
            turns -= 1
            guard isWaiting.remove(id) != nil else { continue }
            relays[id]?.resume()
        }
    }

    private func sendText(_ data: ByteBuffer, on id: StreamID) {
        multiplexer.sendData(data, on: id)
        var message = ByteBuffer()
        encoder.append(.text, to: &message) { encoding.encode(.streamData(id, data), into: &$0) }
        carrier?.write(message)
    }
}
