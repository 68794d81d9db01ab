import Foundation
import HTTVPSPostgres

struct FleetNode: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case outline
        case gateway
    }

    var kind: Kind
    var id: String
    var region: String
    var status: NodeStatus
    var state: NodeState
    var lastHeartbeatAt: Date?
    var outOfReach: Int64

    var isAtWork: Bool { status == .active || status == .draining }

    var isUsable: Bool {
        status == .active && (state == .healthy || (kind == .outline && state == .new)) && outOfReach == 0
    }
}

extension FleetNode {
    init(_ row: PostgresRow) throws {
        let kind: String = try row.decode("kind")
        self.kind = Kind(rawValue: kind) ?? .outline
        id = try row.decode("id")
        region = try row.decode("region")
        status = try row.decode("status")
        state = try row.decode("state")
        lastHeartbeatAt = try row.decode("last_heartbeat_at")
        outOfReach = try row.decode("out_of_reach")
    }
}
