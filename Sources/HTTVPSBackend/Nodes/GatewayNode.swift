import Foundation
import HTTVPSPostgres

struct GatewayNode: AdminResource {
    static let shape = ResourceShape(
        .gatewayNode,
        [
            MemberShape("name", .text(.name), .required, .changeable),
            MemberShape("region", .reference, .required),
            MemberShape("public_url", .text(.url(scheme: "wss")), .required, .changeable),
            MemberShape("status", .choice(NodeStatus.self), .changeOnly),
        ] + NodeHealth.members, filters: ResourceShape.nodeFilters)

    var id: String
    var revision: Int64
    var name: String
    var region: String
    var publicURL: String
    var status: NodeStatus
    var health: NodeHealth
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        name = try row.decode("name")
        region = try row.decode("region")
        publicURL = try row.decode("public_url")
        status = try row.decode("status")
        health = try NodeHealth(row)
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject(
            [
                ("id", .string(id)), ("name", .string(name)), ("region", .string(region)),
                ("public_url", .string(publicURL)), ("status", .string(status.rawValue)),
            ] + health.json + [("created_at", .time(createdAt)), ("updated_at", .time(updatedAt))])
    }
}
