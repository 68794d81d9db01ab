package import HTTVPSProtocol
package import NIOCore

package struct NodeWatch: Sendable {
    package struct Place: Equatable, Sendable {
        package var nodeID: String
        package var host: String
        package var port: Int
    }

    private struct Watched: Sendable {
        var place: Place
        var holders: Int
        var heldAt: NIODeadline
        var heardAt: NIODeadline
    }

    private static let quiet = TimeAmount.seconds(8)
    private static let memory = TimeAmount.minutes(10)
    private static let mostNodes = 256

    private var watched: [String: Watched] = [:]

    package init() {}

    package var nodeIDs: Set<String> { Set(watched.keys) }

    package mutating func hold(_ node: AssignedNode, at now: NIODeadline) {
        let place = Place(nodeID: node.nodeID, host: node.host, port: Int(node.port))
        if watched[node.nodeID] == nil, watched.count >= Self.mostNodes { return }
        var entry = watched[node.nodeID] ?? Watched(place: place, holders: 0, heldAt: now, heardAt: now)
        entry.place = place
        entry.holders += 1
        entry.heldAt = now
        watched[node.nodeID] = entry
    }

    package mutating func release(_ nodeID: String, at now: NIODeadline) {
        guard let entry = watched[nodeID], entry.holders > 0 else { return }
        watched[nodeID]?.holders = entry.holders - 1
        watched[nodeID]?.heldAt = now
    }

    package mutating func heard(_ nodeID: String, at now: NIODeadline) { watched[nodeID]?.heardAt = now }

    package mutating func due(at now: NIODeadline) -> [Place] {
        watched = watched.filter { $0.value.holders > 0 || now - $0.value.heldAt < Self.memory }
        return watched.values.filter { now - $0.heardAt >= Self.quiet }.map(\.place).sorted { $0.nodeID < $1.nodeID }
    }
}
