package import HTTVPSProtocol
package import NIOCore

package struct NodeSelector: Sendable {
    private let coolDown: TimeAmount
    private var nodes: [AssignedNode]
    private var failedAt: [String: NIODeadline] = [:]

    package init(nodes: [AssignedNode], coolDown: TimeAmount = .seconds(15)) {
        self.nodes = nodes
        self.coolDown = coolDown
    }

    package var nodeIDs: [String] { nodes.map(\.nodeID) }

    package func next(excluding tried: Set<String>, at now: NIODeadline) -> AssignedNode? {
        let untried = nodes.filter { !tried.contains($0.nodeID) }
        return untried.first { !isCooling($0.nodeID, at: now) } ?? untried.min { failure($0) < failure($1) }
    }

    package mutating func failed(_ nodeID: String, at now: NIODeadline) { failedAt[nodeID] = now }

    package mutating func reached(_ nodeID: String) { failedAt[nodeID] = nil }

    package mutating func add(_ node: AssignedNode) {
        nodes.removeAll { $0.nodeID == node.nodeID }
        nodes.append(node)
        failedAt[node.nodeID] = nil
    }

    private func isCooling(_ nodeID: String, at now: NIODeadline) -> Bool {
        failedAt[nodeID].map { now - $0 < coolDown } ?? false
    }

    private func failure(_ node: AssignedNode) -> NIODeadline { failedAt[node.nodeID] ?? .distantPast }
}
