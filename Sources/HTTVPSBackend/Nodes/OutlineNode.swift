import Foundation
import HTTVPSPostgres

struct OutlineNode: AdminResource {
    static let kind = ObjectKind.outlineNode

    var id: String
    var revision: Int64
    var region: String
    var name: String?
    var weight: Int64
    var capacity: Int64?
    var halfClose: Bool
    var status: NodeStatus
    var health: NodeHealth
    var host: String?
    var port: Int64?
    var method: String?
    var prefix: String?
    var isManaged: Bool
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        region = try row.decode("region")
        name = try row.decode("name")
        weight = try row.decode("weight")
        capacity = try row.decode("capacity")
        halfClose = try row.decode("half_close")
        status = try row.decode("status")
        health = try NodeHealth(row)
        host = try row.decode("host")
        port = try row.decode("port")
        method = try row.decode("method")
        prefix = try row.decode("prefix")
        isManaged = try row.decode("managed")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject(
            [
                ("id", .string(id)), ("region", .string(region)), ("name", .optional(name)),
                ("weight", .integer(weight)), ("capacity", .optional(capacity)), ("half_close", .bool(halfClose)),
                ("status", .string(status.rawValue)), ("host", .optional(host)), ("port", .optional(port)),
                ("method", .optional(method)), ("prefix", .optional(prefix)), ("managed", .bool(isManaged)),
            ] + health.json + [("created_at", .time(createdAt)), ("updated_at", .time(updatedAt))])
    }
}
