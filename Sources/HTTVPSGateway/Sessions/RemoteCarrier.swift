import HTTVPSObservability
import HTTVPSProtocol
import NIOCore
import Synchronization

final class RemoteCarrier: Carrier {
    final class Transit: Sendable {
        let bytes = Atomic<Int>(0)
    }

    private let handler: NIOLoopBound<SessionHandler>
    private let loop: any EventLoop
    private let channel: any Channel
    private let home: any EventLoop
    private let encoding: FrameEncoding
    private let transit = Transit()
    private weak var session: Session?
    private var encoder = WebSocketFrameEncoder(role: .gateway)
    private var outbox = ByteBuffer()
    private var messages: [ByteBuffer] = []
    private var unflushed = 0
    private var control = 0

    init(_ handler: NIOLoopBound<SessionHandler>, channel: any Channel, session: Session) {
        self.handler = handler
        self.channel = channel
        self.session = session
        loop = channel.eventLoop
        home = session.loop
        encoding = session.encoding
    }

    var isWritable: Bool {
        unflushed + transit.bytes.load(ordering: .relaxed) < SessionHandler.largestUnflushed && channel.isWritable
    }

    var hasUnflushed: Bool { unflushed > 0 }

    func open(_ grant: SessionGrant, for session: Session) {
        let far = NIOLoopBound(self, eventLoop: home)
        session.environment.metrics.carriersCrossing.increment()
        perform { [home, loop] handler in
            handler.open(grant, for: RemoteSession(far, home: home, loop: loop))
            handler.takeVerdict()
        }
    }

    func send(_ frame: Frame) {
        let before = outbox.readableBytes
        encoder.append(encoding == .binary ? .binary : .text, to: &outbox) { encoding.encode(frame, into: &$0) }
        control += outbox.readableBytes - before
        unflushed += outbox.readableBytes - before
    }

    func write(_ message: ByteBuffer) {
        gatherOutbox()
        messages.append(message)
        unflushed += message.readableBytes
    }

    func flush() {
        gatherOutbox()
        guard !messages.isEmpty else { return }
        let batch = messages
        let (count, control) = (unflushed, control)
        messages = []
        unflushed = 0
        self.control = 0
        transit.bytes.wrappingAdd(count, ordering: .relaxed)
        let far = NIOLoopBound(self, eventLoop: home)
        perform { [transit, home] handler in
            handler.deliver(batch, control: control)
            let before = transit.bytes.wrappingSubtract(count, ordering: .relaxed).oldValue
            guard before >= SessionHandler.largestUnflushed else { return }
            home.execute { far.value.becameWritable() }
        }
    }

    func setCongested(_ isCongested: Bool) { perform { $0.setCongested(isCongested) } }

    func end(_ ending: SessionEnding) {
        flush()
        perform { $0.end(ending) }
    }

    func drop() { perform { $0.drop() } }

    private func gatherOutbox() {
        guard outbox.readableBytes > 0 else { return }
        messages.append(outbox)
        outbox = ByteBuffer()
    }

    private func perform(_ work: @escaping @Sendable (SessionHandler) -> Void) {
        loop.execute { [handler] in work(handler.value) }
    }
}

extension RemoteCarrier {
    func receive(_ frames: [Frame]) {
        for frame in frames { session?.receive(frame, from: self) }
        session?.completeBatch(from: self)
    }

    func becameWritable() { session?.writabilityChanged(of: self) }

    func fail(_ ending: SessionEnding) { session?.fail(ending, from: self) }

    func lost() { session?.lost(self) }
}
