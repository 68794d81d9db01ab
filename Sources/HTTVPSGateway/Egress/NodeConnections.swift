import HTTVPSObservability
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

    func dialled(_ route: NodeRoute, _ result: Result<any Channel, any Error>, after duration: Duration) {
        switch result {
        case .success(let channel):
            health.reached(route.nodeID, in: duration)
            metrics.nodeConnects[.connected].increment()
            metrics.nodeConnectSeconds.observe(duration)
            if let address = channel.remoteAddress?.ipAddress, address != route.host {
                targets.protect(hosts: [address])
            }
        case .failure(ChannelError.connectTimeout):
            health.failed(route.nodeID)
            metrics.nodeConnects[.timedOut].increment()
        case .failure:
            health.failed(route.nodeID)
            metrics.nodeConnects[.failed].increment()
        }
    }

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
