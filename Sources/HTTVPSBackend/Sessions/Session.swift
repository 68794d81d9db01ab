import Foundation
import HTTVPSPostgres

struct Session: AdminResource {
    enum Status: String, CaseIterable, Sendable {
        case active
        case ended
    }

    static let shape = ResourceShape(
        .session,
        [
            MemberShape("user_id", .reference, .readOnly), MemberShape("device_id", .reference, .readOnly),
            MemberShape("subscription_id", .reference, .readOnly), MemberShape("gateway_id", .reference, .readOnly),
            MemberShape("node_id", .reference, .readOnly), MemberShape("region", .reference, .readOnly),
            MemberShape("client_version", .text(.length(0...200)), .readOnly, .nullable),
            MemberShape("status", .choice(Status.self), .readOnly), MemberShape("bytes_up", .count, .readOnly),
            MemberShape("bytes_down", .count, .readOnly), MemberShape("streams_opened", .count, .readOnly),
            MemberShape("last_report_at", .time, .readOnly, .nullable),
            MemberShape("ended_at", .time, .readOnly, .nullable),
            MemberShape("close_reason", .text(.length(0...200)), .readOnly, .nullable),
        ], filters: ["status"] + SessionStore.filters)

    var id: String
    var userID: String
    var deviceID: String
    var subscriptionID: String
    var gatewayID: String
    var nodeID: String
    var region: String
    var clientVersion: String?
    var counters: [(String, Int64)]
    var lastReportAt: Date?
    var revokedAt: Date?
    var endedAt: Date?
    var closeReason: String?
    var createdAt: Date
    var updatedAt: Date

    var revision: Int64 { revokedAt == nil ? 1 : 2 }

    var status: Status { endedAt == nil ? .active : .ended }

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        userID = try row.decode("user_id")
        deviceID = try row.decode("device_id")
        subscriptionID = try row.decode("subscription_id")
        gatewayID = try row.decode("gateway_id")
        nodeID = try row.decode("node_id")
        region = try row.decode("region")
        clientVersion = try row.decode("client_version")
        counters = try ["bytes_up", "bytes_down", "streams_opened"].map { ($0, try row.decode($0)) }
        lastReportAt = try row.decode("last_report_at")
        revokedAt = try row.decode("revoked_at")
        endedAt = try row.decode("ended_at")
        closeReason = try row.decode("close_reason")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject(
            [
                ("id", .string(id)), ("user_id", .string(userID)), ("device_id", .string(deviceID)),
                ("subscription_id", .string(subscriptionID)), ("gateway_id", .string(gatewayID)),
                ("node_id", .string(nodeID)), ("region", .string(region)),
                ("client_version", .optional(clientVersion)), ("status", .string(status.rawValue)),
            ] + counters.map { ($0.0, JSONValue.integer($0.1)) }
                + [
                    ("last_report_at", .time(lastReportAt)), ("ended_at", .time(endedAt)),
                    ("close_reason", .optional(closeReason)), ("created_at", .time(createdAt)),
                    ("updated_at", .time(updatedAt)),
                ])
    }
}
