import Foundation
import HTTVPSPostgres

struct Region: AdminResource {
    static let shape = ResourceShape(
        .region,
        [
            MemberShape("code", .text(.regionCode), .required),
            MemberShape("name", .text(.name), .required, .changeable),
        ])

    var id: String
    var revision: Int64
    var name: String
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        name = try row.decode("name")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject([
            ("id", .string(id)), ("code", .string(id)), ("name", .string(name)), ("created_at", .time(createdAt)),
            ("updated_at", .time(updatedAt)),
        ])
    }
}
