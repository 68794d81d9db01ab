package struct HeartbeatRequest: Codable, Equatable, Sendable {
    package struct Egress: Codable, Equatable, Sendable {
        package var nodeID: String
        package var ok: Bool
        package var connectMilliseconds: Int?
        package var errors: Int

        package init(nodeID: String, ok: Bool, connectMilliseconds: Int?, errors: Int) {
            self.nodeID = nodeID
            self.ok = ok
            self.connectMilliseconds = connectMilliseconds
            self.errors = errors
        }

        package enum CodingKeys: String, CodingKey {
            case ok, errors
            case nodeID = "node_id"
            case connectMilliseconds = "connect_ms"
        }
    }

    package var nodeID: String
    package var epoch: String
    package var timestamp: String
    package var region: String?
    package var uptimeSeconds: Int64?
    package var activeSessions: Int?
    package var cpuLoad: Double?
    package var memLoad: Double?
    package var bytesUp: Int64?
    package var bytesDown: Int64?
    package var lastError: String?
    package var version: String?
    package var publicURL: String?
    package var sessions: [String]?
    package var egress: [Egress]?

    package init(nodeID: String, epoch: String, timestamp: String) {
        self.nodeID = nodeID
        self.epoch = epoch
        self.timestamp = timestamp
    }

    package enum CodingKeys: String, CodingKey {
        case epoch, timestamp, region, version, sessions, egress
        case nodeID = "node_id"
        case uptimeSeconds = "uptime_sec"
        case activeSessions = "active_sessions"
        case cpuLoad = "cpu_load"
        case memLoad = "mem_load"
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
        case lastError = "last_error"
        case publicURL = "public_url"
    }
}

package struct HeartbeatResponse: Codable, Equatable, Sendable {
    package var status: String
    package var state: String
    package var nextHeartbeatAfterSeconds: Int
    package var revoke: [SessionRevocation]
    package var drain: Bool

    package init(state: String, nextHeartbeatAfterSeconds: Int, revoke: [SessionRevocation], drain: Bool) {
        status = "ok"
        self.state = state
        self.nextHeartbeatAfterSeconds = nextHeartbeatAfterSeconds
        self.revoke = revoke
        self.drain = drain
    }

    package enum CodingKeys: String, CodingKey {
        case status, state, revoke, drain
        case nextHeartbeatAfterSeconds = "next_heartbeat_after_sec"
    }
}
