import Foundation
import HTTVPSPostgres

struct User: AdminResource {
    enum Status: String, CaseIterable, Sendable {
        case active
        case blocked
    }

    static let shape = ResourceShape(
        .user,
        [
            MemberShape("email", .text(.email), .required, .changeable),
            MemberShape("name", .text(.name), .changeable),
            MemberShape("status", .choice(Status.self), .changeOnly),
        ], filters: ["status", "email"])

    var id: String
    var revision: Int64
    var email: String
    var name: String?
    var status: Status
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        email = try row.decode("email")
        name = try row.decode("name")
        status = try row.decode("status")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject([
            ("id", .string(id)), ("email", .string(email)), ("name", .optional(name)),
            ("status", .string(status.rawValue)), ("created_at", .time(createdAt)), ("updated_at", .time(updatedAt)),
        ])
    }
}
