import HTTVPSProtocol
import NIOCore

final class EchoEgress: Egress {
    let nodeID: String? = nil
    private let maxPayload: Int
    private let allocator: ByteBufferAllocator

    init(maxPayload: Int, allocator: ByteBufferAllocator) {
        self.maxPayload = maxPayload
        self.allocator = allocator
    }

    func open(_ target: TargetAddress, for consumer: any EgressConsumer) -> any EgressConnection {
        EchoConnection(consumer: consumer, maxPayload: maxPayload, allocator: allocator)
    }

    func openPackets(for consumer: any PacketConsumer) -> (any PacketConnection)? { EchoPackets(consumer: consumer) }
}

final class EchoConnection: EgressConnection {
    private static let room = 65_536

    private weak var consumer: (any EgressConsumer)?
    private let maxPayload: Int
    private let allocator: ByteBufferAllocator
    private var held = ByteBuffer()
    private var hasOpened = false
    private var isFinishing = false

    init(consumer: any EgressConsumer, maxPayload: Int, allocator: ByteBufferAllocator) {
        self.consumer = consumer
        self.maxPayload = maxPayload
        self.allocator = allocator
    }

    var isWritable: Bool { held.readableBytes < Self.room }

    func send(_ data: ByteBuffer) {
        consumer?.egressTook(data.readableBytes)
        var data = data
        held.writeBuffer(&data)
    }

    func flush() {
        if !hasOpened {
            hasOpened = true
            consumer?.egressOpened()
        }
        resume()
    }

    func finish() {
        isFinishing = true
        resume()
    }

    func resume() {
        guard hasOpened, let consumer else { return }
        let wasWritable = isWritable
        while held.readableBytes > 0 {
            let count = min(held.readableBytes, consumer.allowance, maxPayload)
            guard count > 0, let part = held.readSlice(length: count) else { break }
            var buffer = DeliveryBuffer.make(allocator, capacity: count)
            buffer.writeImmutableBuffer(part)
            consumer.egressDelivered(consume buffer)
            consumer.egressWrote(count)
        }
        if held.readableBytes == 0 { held = ByteBuffer() }
        if !wasWritable, isWritable { consumer.egressWritabilityChanged() }
        if isFinishing, held.readableBytes == 0 {
            isFinishing = false
            consumer.egressFinished()
        }
        consumer.egressReadCompleted()
    }

    func close() {
        held = ByteBuffer()
        consumer = nil
    }
}
