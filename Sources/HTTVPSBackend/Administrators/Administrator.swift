import Foundation
import HTTVPSPostgres

struct Administrator: AdminResource {
    enum Status: String, CaseIterable, Sendable {
        case active
        case blocked
    }

    static let passwordLength = 12...200

    static let shape = ResourceShape(
        .administrator,
        [
            MemberShape("email", .text(.email), .required),
            MemberShape("password", .text(.length(passwordLength)), .required, .changeable, .writeOnly, .secret),
            MemberShape("role", .choice(Role.self), .required, .changeable),
            MemberShape("name", .text(.name), .changeable),
            MemberShape("status", .choice(Status.self), .changeOnly),
        ], filters: ["status", "role"])

    var id: String
    var revision: Int64
    var email: String
    var name: String?
    var role: Role
    var status: Status
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        email = try row.decode("email")
        name = try row.decode("name")
        role = try row.decode("role")
        status = try row.decode("status")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject([
            ("id", .string(id)), ("email", .string(email)), ("name", .optional(name)),
            ("role", .string(role.rawValue)), ("status", .string(status.rawValue)), ("created_at", .time(createdAt)),
            ("updated_at", .time(updatedAt)),
        ])
    }
}
