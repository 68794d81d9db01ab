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
    private static let maximumSessions = 100_000
    private static let maximumEgress = 10_000

    init(_ json: JSONValue?, naming: Bool) throws {
        var reader = MemberReader(json)
        nodeID = reader.text("node_id", required: true) ?? ""
        epoch = reader.text("epoch", required: true, length: 1...128) ?? ""
        _ = reader.time("timestamp", required: true)
        activeSessions = reader.count("active_sessions")
        cpuLoad = reader.number("cpu_load")
        memLoad = reader.number("mem_load")
        lastError = reader.text("last_error", length: 0...4_096)
        version = reader.text("version", length: 0...200)
        for name in ["uptime_sec", "bytes_up", "bytes_down"] { _ = reader.count(name) }
        for name in ["region", "public_url"] { _ = reader.text(name, length: 0...2_048) }
        if naming {
            sessions = reader.texts("sessions", count: 0...Self.maximumSessions)
            egress = Self.egress(&reader)
        }
        try reader.finish(unknown: .areIgnored)
    }

    private static func egress(_ reader: inout MemberReader) -> [Egress] {
        guard let items = reader.items("egress", count: 0...maximumEgress) else { return [] }
        return items.enumerated().compactMap { index, item in
            var member = MemberReader(item, at: "/egress/\(index)")
            let nodeID = member.text("node_id", required: true)
            let ok = member.flag("ok", required: true)
            for name in ["connect_ms", "errors"] { _ = member.number(name) }
            reader.take(member.faults)
            guard let nodeID, let ok else { return nil }
            return Egress(nodeID: nodeID, ok: ok)
        }
    }
}

extension MemberReader {
    mutating func number(_ name: String) -> Double? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value, let double = number.double else {
            fault(name, .wrongType, "\(name) is a number.")
            return nil
        }
        return double
    }
}
