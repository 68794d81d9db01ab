import Foundation
import HTTVPSPostgres

struct NodeHealth: Equatable, Sendable {
    static let members = [
        MemberShape("state", .choice(NodeState.self), .readOnly),
        MemberShape("last_heartbeat_at", .time, .readOnly, .nullable),
        MemberShape("active_sessions", .count, .readOnly, .nullable),
        MemberShape("version", .text(.length(0...200)), .readOnly, .nullable),
        MemberShape("token", .text(.length(1...200)), .once, .secret),
    ]

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
