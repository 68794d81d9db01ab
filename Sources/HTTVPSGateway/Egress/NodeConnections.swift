import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore
import Synchronization

final class NodeConnections: Sendable {
    private struct WeakConnector { weak var connector: NodeConnector? }

    let health: NodeHealth
    let targets: EgressGuard
    let metrics: GatewayMetrics
    let connectTimeout: TimeAmount
    let warmLimit: Int
    private let watch = Mutex(NodeWatch())
    private let warm = Mutex(0)
    private let connectors = Mutex<[ObjectIdentifier: NIOLoopBound<WeakConnector>]>([:])

    init(
        configuration: EgressConfiguration, targets: EgressGuard, metrics: GatewayMetrics, logger: Logger
    ) {
        connectTimeout = TimeAmount(configuration.connectTimeout)
        warmLimit = configuration.warmConnections
        health = NodeHealth { nodeID, phase in
            metrics.egress.breakerChanges[phase].increment()
            logger.notice(
                "a node's circuit breaker changed",
                metadata: .fields([.nodeID: .string(nodeID), .state: .string(phase.rawValue)]))
        }
        self.targets = targets
        self.metrics = metrics
    }

    func connector(on loop: any EventLoop) -> NodeConnector {
        let known = connectors.withLock { $0[ObjectIdentifier(loop)] }
        if let connector = known?.value.connector { return connector }
        let connector = NodeConnector(loop: loop, connections: self)
        let bound = NIOLoopBound(WeakConnector(connector: connector), eventLoop: loop)
        connectors.withLock { $0[ObjectIdentifier(loop)] = bound }
        return connector
    }

    func dialled(
        _ nodeID: String, host: String, _ result: Result<any Channel, any Error>, after duration: Duration
    ) {
        watch.withLock { $0.heard(nodeID, at: .now()) }
        switch result {
        case .success(let channel):
            health.reached(nodeID, in: duration)
            metrics.nodes[nodeID].connected(in: duration)
            if let address = channel.remoteAddress?.ipAddress, address != host { targets.protect(hosts: [address]) }
        case .failure(ChannelError.connectTimeout):
            health.failed(nodeID)
            metrics.nodes[nodeID].failed(.timedOut)
        case .failure:
            health.failed(nodeID)
            metrics.nodes[nodeID].failed(.failed)
        }
    }

    func hold(_ nodes: [AssignedNode]) {
        watch.withLock { watch in
            for node in nodes { watch.hold(node, at: .now()) }
        }
    }

    func release(_ nodeIDs: [String]) {
        watch.withLock { watch in
            for nodeID in nodeIDs { watch.release(nodeID, at: .now()) }
        }
    }

    func silentNodes() -> [NodeWatch.Place] { watch.withLock { $0.due(at: .now()) } }

    func register(on registry: PrometheusRegistry) {
        registry.gauges(
            "httvps_gateway_node_up", help: "1 while a node that sessions were given can be used, else 0.",
            labels: ["node_id"]
        ) { [health, weak self] in
            let now = NIODeadline.now()
            return (self?.watchedNodes ?? []).prefix(NodeMeters.mostNodes).map {
                MetricReading([$0], health.isUsable($0, at: now) ? 1 : 0)
            }
        }
    }

    private var watchedNodes: [String] { watch.withLock { $0.nodeIDs.sorted() } }

    func reserveWarm() -> Bool {
        let isFree = warm.withLock { count in
            guard count < warmLimit else { return false }
            count += 1
            return true
        }
        if isFree { metrics.egress.warmConnections.increment() }
        return isFree
    }

    func releaseWarm() {
        warm.withLock { $0 -= 1 }
        metrics.egress.warmConnections.decrement()
    }
}
