import Foundation
import HTTVPSPostgres

struct Device: AdminResource {
    enum Platform: String, CaseIterable, Sendable {
        case ios
        case android
        case macos
        case windows
        case linux
        case router
        case other
    }

    enum Status: String, CaseIterable, Sendable {
        case active
        case blocked
    }

    static let shape = ResourceShape(
        .device,
        [
            MemberShape("user_id", .reference, .required),
            MemberShape("name", .text(.name), .required, .changeable),
            MemberShape("platform", .choice(Platform.self), .changeable),
            MemberShape("status", .choice(Status.self), .changeOnly),
            MemberShape("enrolled_at", .time, .readOnly, .nullable),
            MemberShape("last_seen_at", .time, .readOnly, .nullable),
            MemberShape("enrollment_code", .text(.length(1...64)), .once, .secret),
            MemberShape("enrollment_expires_at", .time, .once),
        ], filters: ["status", "user_id"])

    var id: String
    var revision: Int64
    var userID: String
    var name: String
    var platform: Platform?
    var status: Status
    var enrolledAt: Date?
    var lastSeenAt: Date?
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        userID = try row.decode("user_id")
        name = try row.decode("name")
        platform = try row.decode("platform")
        status = try row.decode("status")
        enrolledAt = try row.decode("enrolled_at")
        lastSeenAt = try row.decode("last_seen_at")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject([
            ("id", .string(id)), ("user_id", .string(userID)), ("name", .string(name)),
            ("platform", .optional(platform?.rawValue)), ("status", .string(status.rawValue)),
            ("enrolled_at", .time(enrolledAt)), ("last_seen_at", .time(lastSeenAt)), ("created_at", .time(createdAt)),
            ("updated_at", .time(updatedAt)),
        ])
    }
}
