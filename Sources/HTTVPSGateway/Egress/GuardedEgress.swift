import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

final class GuardedEgress: Egress {
    private let egress: any Egress
    private let denials: ClosedSet<TargetDenial, Counter>
    private var limit: FanOutLimit

    init(_ egress: any Egress, fanOutPerMinute: Int, denials: ClosedSet<TargetDenial, Counter>) {
        self.egress = egress
        self.denials = denials
        limit = FanOutLimit(perMinute: fanOutPerMinute, at: .now())
    }

    var nodeID: String? { egress.nodeID }

    func admits(_ target: TargetAddress) -> Bool {
        if limit.admits(target, at: .now()) { return true }
        denials[.fanOut].increment()
        return false
    }

    func open(_ target: TargetAddress, for consumer: any EgressConsumer) -> any EgressConnection {
        egress.open(target, for: consumer)
    }

    func openPackets(for consumer: any PacketConsumer) -> (any PacketConnection)? { egress.openPackets(for: consumer) }
}
