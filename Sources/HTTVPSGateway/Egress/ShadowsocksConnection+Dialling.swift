import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

extension ShadowsocksConnection {
    func start() { dialNext() }

    func dialNext() {
        guard case .dialing = state else { return }
        guard let node = egress.roster.next(excluding: race.tried) else { return noneLeft() }
        dial(node)
    }

    func lost(_ route: NodeRoute) {
        state = .dialing
        race.restart(allowing: isWarm ? route.nodeID : nil)
        if isWarm { egress.connector.distrust(route) } else { egress.connections.health.failed(route.nodeID) }
        dialNext()
    }

    func dial(_ node: AssignedNode) {
        race.started(node.nodeID)
        guard let route = egress.route(to: node) else { return failed(node.nodeID) }
        if let socket = egress.connector.take(route, for: egress) {
            _ = race.connected(route.nodeID)
            return connected(socket, route, isWarm: true)
        }
        egress.connector.dial(route) { result in
            switch result {
            case .success(let socket): self.dialled(socket, route)
            case .failure: self.failed(route.nodeID)
            }
        }
        hedge(route)
    }

    private func hedge(_ route: NodeRoute) {
        let delay = TimeAmount(egress.connections.health.hedgeDelay(for: route.nodeID))
        egress.loop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            guard let self, case .dialing = state, race.mayHedge(route.nodeID) else { return }
            guard let other = egress.roster.nextGood(excluding: race.tried) else { return }
            egress.connections.metrics.egress.hedgedDials.increment()
            dial(other)
        }
    }

    private func dialled(_ socket: NodeSocket, _ route: NodeRoute) {
        let isFirst = race.connected(route.nodeID)
        guard isFirst, case .dialing = state else { return socket.close() }
        connected(socket, route, isWarm: false)
    }

    private func failed(_ nodeID: String) {
        if race.failed(nodeID) == .dialNext { dialNext() }
    }

    private func noneLeft() {
        switch race.noneLeft() {
        case .wait: break
        case .giveUp: giveUp()
        case .ask:
            egress.roster.askForAnother(excluding: race.tried) { [weak self] node in
                guard let self, case .dialing = state else { return }
                if let node, !race.tried.contains(node.nodeID) { dial(node) } else { giveUp() }
            }
        }
    }
}
