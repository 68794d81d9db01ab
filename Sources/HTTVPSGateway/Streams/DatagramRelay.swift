import HTTVPSProtocol
import NIOCore

final class DatagramRelay: PacketConsumer {
    let id: StreamID
    private weak var session: Session?
    private let loop: any EventLoop
    private var rules: DatagramRules
    private var connection: (any PacketConnection)?
    private var lastAllowed: TargetAddress?
    private var timer: Scheduled<Void>?

    init(id: StreamID, session: Session) {
        self.id = id
        self.session = session
        loop = session.loop
        rules = DatagramRules(
            idle: TimeAmount(session.environment.egress.associationIdle), maxPayload: session.grant.maxPayload,
            at: .now())
    }

    func open(through egress: any Egress, to target: TargetAddress) {
        lastAllowed = target
        connection = egress.openPackets(for: self)
        guard connection != nil else { return packetsFailed(.egressUnavailable, "no node can be reached") }
        watch(at: .now())
    }

    func receive(_ data: ByteBuffer, to target: TargetAddress) {
        guard let session else { return }
        let isAllowed = lastAllowed == target || session.admitsDatagrams(to: target)
        if isAllowed { lastAllowed = target }
        switch rules.up(
            data.readableBytes, isAllowed: isAllowed, allowance: session.leaseAllowance, at: .now())
        {
        case .pass:
            guard connection?.send(data, to: target) == true else { return session.droppedDatagram(data.readableBytes) }
            session.movedUp(data.readableBytes)
        case .drop: session.droppedDatagram(data.readableBytes)
        case .end(let reason, let message): session.associationEnded(self, reason, message)
        }
    }

    func close() {
        session = nil
        timer?.cancel()
        connection?.close()
        connection = nil
    }

    func packetArrived(_ data: ByteBuffer, from source: TargetAddress) {
        guard let session else { return }
        let isWritable = session.carrier?.isWritable == true
        switch rules.down(
            data.readableBytes, isWritable: isWritable, allowance: session.leaseAllowance, at: .now())
        {
        case .pass: session.deliver(data, from: source, on: self)
        case .drop: session.droppedDatagram(data.readableBytes)
        case .end(let reason, let message): session.associationEnded(self, reason, message)
        }
    }

    func packetReadCompleted() { session?.flush() }

    func packetsFailed(_ reason: StreamCloseReason, _ message: String) {
        session?.associationEnded(self, reason, message)
    }

    private func watch(at now: NIODeadline) {
        switch rules.timer(at: now) {
        case .end(let reason, let message): session?.associationEnded(self, reason, message)
        case .wait(let deadline):
            timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in self?.watch(at: .now()) }
        }
    }
}
