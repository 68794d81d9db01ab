import Foundation
import HTTVPSPostgres

struct ApiToken: AdminResource {
    enum Status: String, CaseIterable, Sendable {
        case active
        case expired
    }

    static let lifetime: TimeInterval = 90 * 86_400

    static let shape = ResourceShape(
        .apiToken,
        [
            MemberShape("name", .text(.name), .required),
            MemberShape("role", .choice(Role.self), .required),
            MemberShape("expires_at", .time, .filled),
            MemberShape("status", .choice(Status.self), .readOnly),
            MemberShape("last_used_at", .time, .readOnly, .nullable),
            MemberShape("token", .text(.length(1...200)), .once, .secret),
        ], filters: ["status", "role"])

    var id: String
    var revision: Int64
    var name: String
    var role: Role
    var status: Status
    var expiresAt: Date
    var lastUsedAt: Date?
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        name = try row.decode("name")
        role = try row.decode("role")
        status = try row.decode("status")
        expiresAt = try row.decode("expires_at")
        lastUsedAt = try row.decode("last_used_at")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject([
            ("id", .string(id)), ("name", .string(name)), ("role", .string(role.rawValue)),
            ("status", .string(status.rawValue)), ("expires_at", .time(expiresAt)), ("last_used_at", .time(lastUsedAt)),
            ("created_at", .time(createdAt)), ("updated_at", .time(updatedAt)),
        ])
    }
}
