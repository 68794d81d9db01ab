import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore
import Tracing

final class NodeRoster {
    typealias Answer = (AssignedNode?) -> Void

    private static let askPause = TimeAmount.seconds(5)

    private let controlPlane: any ControlPlane
    private let request: AssignOutlineRequest
    private let connections: NodeConnections
    private let loop: any EventLoop
    private let logger: Logger
    private let trace: ServiceContext?
    private var selector: NodeSelector
    private var breakers: [String: CircuitBreaker] = [:]
    private var blame = Blame()
    private var held: [String]
    private var waiting: [Answer] = []
    private var isAsking = false
    private var mayAskAgainAt = NIODeadline.uptimeNanoseconds(0)

    init(
        nodes: [AssignedNode], request: AssignOutlineRequest, controlPlane: any ControlPlane,
        connections: NodeConnections, loop: any EventLoop, logger: Logger,
        trace: ServiceContext? = nil
    ) {
        selector = NodeSelector(nodes: nodes)
        self.request = request
        self.controlPlane = controlPlane
        self.connections = connections
        self.loop = loop
        self.logger = logger
        held = nodes.map(\.nodeID)
        connections.hold(nodes)
        self.trace = trace
        targets.protect(hosts: nodes.map(\.host))
    }

    deinit { connections.release(held) }

    private var health: NodeHealth { connections.health }

    private var targets: EgressGuard { connections.targets }

    var first: String? { selector.homeID }

    var forPackets: AssignedNode? {
        selector.nextGood(excluding: [], standing(of:)) ?? selector.homeID.flatMap(selector.node)
    }

    func next(excluding tried: Set<String>) -> AssignedNode? {
        if let home = selector.homeID, standing(of: home) == .bad { leave(home) }
        switch selector.next(excluding: tried, standing(of:)) {
        case .node(let node): return node
        case .probe(let node):
            let now = NIODeadline.now()
            breakers[node.nodeID]?.beginProbe(at: now)
            health.beginProbe(of: node.nodeID, at: now)
            return node
        case .none: return nil
        }
    }

    func nextGood(excluding tried: Set<String>) -> AssignedNode? {
        selector.nextGood(excluding: tried, standing(of:))
    }

    func askForAnother(excluding tried: Set<String>, _ answer: @escaping Answer) {
        waiting.append(answer)
        ask(excluding: tried)
    }

    private func standing(of nodeID: String) -> CircuitBreaker.Standing {
        let now = NIODeadline.now()
        let ours = breakers[nodeID]?.standing(at: now) ?? .good
        let everyones = health.standing(of: nodeID, at: now)
        if ours == .bad || everyones == .bad { return .bad }
        return ours == .probe || everyones == .probe ? .probe : .good
    }

    private func leave(_ home: String) {
        if selector.moveHome(standing(of:)) {
            logger.info("the session moves to another node", metadata: .fields([.nodeID: .string(first ?? "")]))
        }
        guard mayAskAgainAt <= .now() else { return }
        ask(excluding: Set(selector.nodeIDs.filter { standing(of: $0) == .bad }).union([home]))
    }

    private func ask(excluding tried: Set<String>) {
        guard !isAsking else { return }
        isAsking = true
        mayAskAgainAt = .now() + Self.askPause
        var request = request
        request.exclude = tried.sorted()
        let asked = request
        let roster = NIOLoopBound(self, eventLoop: loop)
        Task { [controlPlane, loop, trace] in
            let node = await ServiceContext.withValue(trace) { await controlPlane.node(for: asked) }
            loop.execute { roster.value.answered(node) }
        }
    }

    private func answered(_ node: AssignedNode?) {
        isAsking = false
        let answers = waiting
        waiting = []
        if let node { assign(node) }
        if node == nil, !answers.isEmpty {
            logger.warning("no other node is to be had", metadata: .fields([.outcome: "egress_unavailable"]))
        }
        for answer in answers { answer(node) }
    }

    private func assign(_ node: AssignedNode) {
        if let known = selector.node(node.nodeID) {
            guard !known.reachesAs(node) else { return }
            breakers[node.nodeID] = nil
            health.renewed(node.nodeID)
        }
        selector.assign(node)
        held.append(node.nodeID)
        connections.hold([node])
        targets.protect(hosts: [node.host])
        logger.info("another node was assigned", metadata: .fields([.nodeID: .string(node.nodeID)]))
    }
}

extension NodeRoster {
    func answered(_ nodeID: String, for target: TargetAddress) {
        let (now, host) = (NIODeadline.now(), target.host.hashValue)
        blame.answered(target: host)
        breakers[nodeID, default: CircuitBreaker()].answered(target: host, source: source, at: now)
        health.answered(nodeID, target: host, session: source, at: now)
    }

    func wentUnanswered(_ nodeID: String, for target: TargetAddress) {
        let (now, host) = (NIODeadline.now(), target.host.hashValue)
        guard blame.fallsOnNode(nodeID, target: host) else { return }
        breakers[nodeID, default: CircuitBreaker()].wentUnanswered(target: host, source: source, at: now)
        health.wentUnanswered(nodeID, target: host, session: source, at: now)
    }

    private var source: Int { ObjectIdentifier(self).hashValue }
}

extension AssignedNode {
    func reachesAs(_ other: AssignedNode) -> Bool {
        (host, port, method, password, prefix) == (other.host, other.port, other.method, other.password, other.prefix)
    }
}

extension ControlPlane {
    fileprivate func node(for request: AssignOutlineRequest) async -> AssignedNode? {
        do {
            return try await assignOutline(request, requestID: RequestID.make())
        } catch {
            guard error.code == .noEgressAvailable, !request.exclude.isEmpty else { return nil }
        }
        var any = request
        any.exclude = []
        return try? await assignOutline(any, requestID: RequestID.make())
    }
}
