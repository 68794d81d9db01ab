package import HTTVPSProtocol

package struct NodeSelector: Sendable {
    package typealias Judge = (_ nodeID: String) -> CircuitBreaker.Standing

    package enum Choice: Equatable, Sendable {
        case node(AssignedNode)
        case probe(AssignedNode)
        case none
    }

    private var ranked: [AssignedNode]
    private var home: String?

    package init(nodes: [AssignedNode]) {
        ranked = nodes
        home = nodes.first?.nodeID
    }

    package var homeID: String? { home }

    package var nodeIDs: [String] { ranked.map(\.nodeID) }

    package func node(_ nodeID: String) -> AssignedNode? { ranked.first { $0.nodeID == nodeID } }

    package func next(excluding tried: Set<String>, _ standing: Judge) -> Choice {
        let untried = inOrder.filter { !tried.contains($0.nodeID) }
        for node in untried {
            switch standing(node.nodeID) {
            case .good: return .node(node)
            case .probe: return .probe(node)
            case .bad: continue
            }
        }
        return untried.first.map { .node($0) } ?? .none
    }

    package func nextGood(excluding tried: Set<String>, _ standing: Judge) -> AssignedNode? {
        inOrder.first { !tried.contains($0.nodeID) && standing($0.nodeID) == .good }
    }

    package mutating func moveHome(_ standing: Judge) -> Bool {
        guard let home, standing(home) == .bad else { return false }
        guard let other = inOrder.first(where: { $0.nodeID != home && standing($0.nodeID) == .good }) else {
            return false
        }
        self.home = other.nodeID
        return true
    }

    package mutating func assign(_ node: AssignedNode) {
        ranked.removeAll { $0.nodeID == node.nodeID }
        ranked.insert(node, at: 0)
        home = node.nodeID
    }

    private var inOrder: [AssignedNode] {
        guard let home, let index = ranked.firstIndex(where: { $0.nodeID == home }), index > 0 else { return ranked }
        var nodes = ranked
        nodes.insert(nodes.remove(at: index), at: 0)
        return nodes
    }
}
