import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

final class StreamRelay: EgressConsumer {
    let id: StreamID
    private weak var session: Session?
    private var connection: (any EgressConnection)?
    private var held = ByteBuffer()
    private var isFinishing = false
    private var isDirty = false
    var opening: RecordedSpan?
    private(set) var unconsumed = 0
    private(set) var promised = 0

    init(id: StreamID, session: Session) {
        self.id = id
        self.session = session
    }

    func open(_ target: TargetAddress, through egress: any Egress) {
        let connection = egress.open(target, for: self)
        self.connection = connection
        markDirty()
    }

    var isCongested: Bool { held.readableBytes > 0 || connection?.isWritable == false }

    func receive(_ data: ByteBuffer) {
        guard data.readableBytes > 0 else { return }
        unconsumed += data.readableBytes
        session?.unconsumed += data.readableBytes
        var data = data
        if held.readableBytes == 0 { held = data } else { held.writeBuffer(&data) }
        passOn()
        session?.congestionChanged(self)
    }

    func receiveFinish() {
        isFinishing = true
        if held.readableBytes == 0 { connection?.finish() }
    }

    func flush() {
        isDirty = false
        connection?.flush()
        session?.congestionChanged(self)
    }

    func resume() {
        if held.readableBytes > 0 { passOn() }
        connection?.resume()
    }

    func close() {
        session = nil
        held = ByteBuffer()
        connection?.close()
        connection = nil
    }

    func leave() {
        session = nil
        if held.readableBytes > 0 { connection?.close() }
    }

    private func passOn() {
        guard let session, let connection else { return }
        let count = min(held.readableBytes, session.leaseAllowance)
        if count == 0 { session.moved() }
        guard count > 0, let part = held.readSlice(length: count) else { return }
        if held.readableBytes == 0 { held = ByteBuffer() }
        promised += count
        session.promise(count)
        connection.send(part)
        markDirty()
        if isFinishing, held.readableBytes == 0 { connection.finish() }
    }

    private func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        session?.needsFlush(self)
    }
}

extension StreamRelay {
    var allowance: Int { session?.allowance(for: self) ?? 0 }

    func egressTook(_ count: Int) {
        promised -= count
        session?.took(count)
    }

    func egressOpened() { session?.streamOpened(self) }

    func egressDelivered(_ data: consuming ByteBuffer) { session?.deliver(data, from: self) }

    func egressReadCompleted() { session?.flush() }

    func egressWrote(_ count: Int) {
        unconsumed -= count
        session?.consumed(count, by: self)
    }

    func egressWritabilityChanged() { session?.congestionChanged(self) }

    func egressFinished() { session?.streamFinished(self) }

    func egressFailed(_ reason: StreamCloseReason, _ message: String) {
        session?.streamFailed(self, reason, message)
    }
}
