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

    static let kind = ObjectKind.device

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
