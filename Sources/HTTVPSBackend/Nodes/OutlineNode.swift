import Foundation
import HTTVPSPostgres
import HTTVPSShadowsocks

struct OutlineNode: AdminResource {
    static let shape = ResourceShape(
        .outlineNode,
        [
            MemberShape("region", .reference, .required),
            MemberShape("name", .text(.name), .changeable),
            MemberShape("weight", .integer(1...1_000), .changeable, otherwise: .integer(100)),
            MemberShape("capacity", .integer(1...Int64(Int32.max)), .changeable),
            MemberShape("half_close", .flag, .changeable, otherwise: .bool(true)),
            MemberShape("access_url", .text(.length(1...4_096)), .writeOnly, .secret),
            MemberShape("host", .text(.host)),
            MemberShape("port", .integer(1...65_535)),
            MemberShape("method", .choice(CipherMethod.self)),
            MemberShape("password", .text(.length(1...1_024)), .writeOnly, .secret),
            MemberShape("management_url", .text(.url(scheme: "https")), .writeOnly, .secret),
            MemberShape("cert_sha256", .text(.certificateHash), .writeOnly),
            MemberShape("prefix", .text(.anything), .readOnly, .nullable),
            MemberShape("managed", .flag, .readOnly),
            MemberShape("status", .choice(NodeStatus.self), .changeOnly),
        ] + NodeHealth.members, filters: ResourceShape.nodeFilters,
        rules: [.oneForm(OutlineNodeForm.allCases.map(\.members))])

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
