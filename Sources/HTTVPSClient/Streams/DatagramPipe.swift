import HTTVPSProtocol
import NIOCore

final class DatagramPipe: DatagramConsumer {
    typealias Delivery = (ByteBuffer, TargetAddress) -> Void

    private let switchboard: Switchboard
    private let deliver: Delivery
    private let whenClosed: () -> Void
    private var line: Switchboard.Line?
    private var isClosed = false

    init(switchboard: Switchboard, _ deliver: @escaping Delivery, whenClosed: @escaping () -> Void = {}) {
        self.switchboard = switchboard
        self.deliver = deliver
        self.whenClosed = whenClosed
    }

    func send(_ data: ByteBuffer, to target: TargetAddress) {
        guard !isClosed, let line = line ?? begin(for: data.readableBytes) else { return }
        line.session.sendDatagram(data, to: target, on: line.id)
        line.session.flush()
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        whenClosed()
        guard let line else { return }
        self.line = nil
        line.session.closeAssociation(line.id)
        line.session.flush()
    }

    func received(_ data: ByteBuffer, from source: TargetAddress) {
        if !isClosed { deliver(data, source) }
    }

    func associationEnded(_ reason: StreamCloseReason) { line = nil }

    private func begin(for count: Int) -> Switchboard.Line? {
        line = switchboard.openAssociation(self, for: count)
        return line
    }
}
