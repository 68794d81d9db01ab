import Foundation

struct Heartbeat: Sendable {
    var nodeID: String
    var epoch: String
    var activeSessions: Int64?
    var cpuLoad: Double?
    var memLoad: Double?
    var lastError: String?
    var version: String?
    var sessions: [String] = []
    var egress: [Egress] = []

    struct Egress: Encodable, Equatable, Sendable {
        var nodeID: String
        var ok: Bool

        private enum CodingKeys: String, CodingKey {
            case nodeID = "node_id"
            case ok
        }
    }
}

extension Heartbeat {
    init(_ submission: Submission) throws(ProblemError) {
        try submission.finish()
        nodeID = submission.text("node_id") ?? ""
        epoch = submission.text("epoch") ?? ""
        activeSessions = submission.integer("active_sessions")
        cpuLoad = submission.number("cpu_load")
        memLoad = submission.number("mem_load")
        lastError = submission.text("last_error")
        version = submission.text("version")
        sessions = submission.texts("sessions") ?? []
        egress = (submission.items("egress") ?? []).compactMap { item in
            guard let nodeID = item.object?["node_id"]?.text, case .bool(let ok)? = item.object?["ok"] else {
                return nil
            }
            return Egress(nodeID: nodeID, ok: ok)
        }
    }

    static let outlineShape = ObjectShape(part: .openBody, members: members, name: "OutlineHeartbeat")

    private static let members = [
        MemberShape("node_id", .text(.name), .required), MemberShape("epoch", .text(.length(1...128)), .required),
        MemberShape("timestamp", .time, .required), MemberShape("region", .text(.length(0...2_048))),
        MemberShape("uptime_sec", .count), MemberShape("active_sessions", .count), MemberShape("cpu_load", .number),
        MemberShape("mem_load", .number), MemberShape("bytes_up", .count), MemberShape("bytes_down", .count),
        MemberShape("last_error", .text(.length(0...4_096))), MemberShape("version", .text(.length(0...200))),
        MemberShape("public_url", .text(.length(0...2_048))),
    ]

    static let gatewayShape = ObjectShape(
        part: .openBody,
        members: members + [
            MemberShape("sessions", .list(.text(TextForm()), count: 0...100_000)),
            MemberShape("egress", .list(.object(egressShape), count: 0...10_000)),
        ], name: "GatewayHeartbeat")

    private static let egressShape = ObjectShape.openBody(
        MemberShape("node_id", .text(.name), .required), MemberShape("ok", .flag, .required),
        MemberShape("connect_ms", .number), MemberShape("errors", .number)
    ).named("EgressHealth")
}
