import HTTVPSProtocol
import NIOCore

final class ShadowsocksEgress: Egress {
    struct Settings {
        var connectTimeout: TimeAmount
        var maxPayload: Int
        var firstDataWait = TimeAmount.milliseconds(10)
        var halfCloseWait = TimeAmount.seconds(30)
    }

    let settings: Settings
    let roster: NodeRoster
    let health: NodeHealth
    let metrics: GatewayMetrics
    let loop: any EventLoop
    let allocator = ByteBufferAllocator()
    private var routes: [String: NodeRoute] = [:]

    init(
        settings: Settings, roster: NodeRoster, health: NodeHealth, metrics: GatewayMetrics, loop: any EventLoop
    ) {
        self.settings = settings
        self.roster = roster
        self.health = health
        self.metrics = metrics
        self.loop = loop
    }

    var nodeID: String? { roster.first }

    func open(_ target: TargetAddress, for consumer: any EgressConsumer) -> any EgressConnection {
        let connection = ShadowsocksConnection(target: target, consumer: consumer, egress: self)
        connection.start()
        return connection
    }

    func route(to node: AssignedNode) -> NodeRoute? {
        if let route = routes[node.nodeID] { return route }
        let route = NodeRoute(node)
        routes[node.nodeID] = route
        return route
    }
}
