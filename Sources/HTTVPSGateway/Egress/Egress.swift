import HTTVPSProtocol
import NIOCore

protocol Egress: AnyObject {
    var nodeID: String? { get }
    func admits(_ target: TargetAddress) -> Bool
    func open(_ target: TargetAddress, for consumer: any EgressConsumer) -> any EgressConnection
    func openPackets(for consumer: any PacketConsumer) -> (any PacketConnection)?
}

extension Egress {
    func admits(_ target: TargetAddress) -> Bool { true }
}

protocol EgressConnection: AnyObject {
    var isWritable: Bool { get }
    func send(_ data: ByteBuffer)
    func flush()
    func finish()
    func resume()
    func close()
}

protocol EgressConsumer: AnyObject {
    var allowance: Int { get }
    func egressTook(_ count: Int)
    func egressOpened()
    func egressDelivered(_ data: consuming ByteBuffer)
    func egressReadCompleted()
    func egressWrote(_ count: Int)
    func egressWritabilityChanged()
    func egressFinished()
    func egressFailed(_ reason: StreamCloseReason, _ message: String)
}

enum DeliveryBuffer {
    static let headroom = 32
    static let largest = 65_536 - headroom

    static func make(_ allocator: ByteBufferAllocator, capacity: Int) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: headroom + capacity)
        buffer.moveWriterIndex(to: headroom)
        buffer.moveReaderIndex(to: headroom)
        return buffer
    }
}
