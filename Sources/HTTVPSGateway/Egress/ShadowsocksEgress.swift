import HTTVPSProtocol
import NIOCore

final class ShadowsocksEgress: Egress {
    struct Settings {
        var maxPayload: Int
        var keptData: Int
        var firstDataWait = TimeAmount.milliseconds(10)
        var halfCloseWait = TimeAmount.seconds(30)
        var answerPatience = TimeAmount.seconds(10)
    }

    let settings: Settings
    let roster: NodeRoster
    let connections: NodeConnections
    let connector: NodeConnector
    let loop: any EventLoop
    let allocator = ByteBufferAllocator()
    private var routes: [String: (node: AssignedNode, route: NodeRoute)] = [:]

    init(settings: Settings, roster: NodeRoster, connections: NodeConnections, loop: any EventLoop) {
        self.settings = settings
        self.roster = roster
        self.connections = connections
        self.loop = loop
        connector = connections.connector(on: loop)
    }

    var nodeID: String? { roster.first }

    func open(_ target: TargetAddress, for consumer: any EgressConsumer) -> any EgressConnection {
        let connection = ShadowsocksConnection(target: target, consumer: consumer, egress: self)
        connection.start()
        return connection
    }

    func openPackets(for consumer: any PacketConsumer) -> (any PacketConnection)? {
        guard let node = roster.forPackets, let route = route(to: node) else { return nil }
        let packets = ShadowsocksPackets(
            route: route, meter: connections.metrics.nodes[route.nodeID], loop: loop, consumer: consumer)
        packets.start()
        return packets
    }

    func route(to node: AssignedNode) -> NodeRoute? {
        if let known = routes[node.nodeID], known.node == node { return known.route }
        let route = NodeRoute(node)
        routes[node.nodeID] = route.map { (node, $0) }
        return route
    }
}
