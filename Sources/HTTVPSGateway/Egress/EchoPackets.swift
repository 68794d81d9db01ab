import HTTVPSProtocol
import NIOCore

final class EchoPackets: PacketConnection {
    private static let loopback: UInt32 = 0x7F00_0001

    private weak var consumer: (any PacketConsumer)?

    init(consumer: any PacketConsumer) { self.consumer = consumer }

    func send(_ data: ByteBuffer, to target: TargetAddress) -> Bool {
        var source = target
        if case .name = target.host { source.host = .ipv4(Self.loopback) }
        consumer?.packetArrived(data, from: source)
        consumer?.packetReadCompleted()
        return true
    }

    func close() { consumer = nil }
}
