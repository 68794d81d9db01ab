import Foundation
import HTTVPSPostgres

struct NodeHealth: Equatable, Sendable {
    var state: NodeState
    var lastHeartbeatAt: Date?
    var activeSessions: Int64?
    var version: String?

    init(_ row: PostgresRow) throws {
        state = try row.decode("state")
        lastHeartbeatAt = try row.decode("last_heartbeat_at")
        activeSessions = try row.decode("active_sessions")
        version = try row.decode("version")
    }

    var json: [(String, JSONValue)] {
        [
            ("state", .string(state.rawValue)), ("last_heartbeat_at", .time(lastHeartbeatAt)),
            ("active_sessions", .optional(activeSessions)), ("version", .optional(version)),
        ]
    }
}
