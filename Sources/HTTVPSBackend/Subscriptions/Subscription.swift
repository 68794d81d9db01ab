import Foundation
import HTTVPSPostgres

struct Subscription: AdminResource {
    enum Status: String, CaseIterable, Sendable {
        case active
        case scheduled
        case limited
        case expired
        case cancelled
    }

    struct Period: Equatable, Sendable {
        var startsAt: Date
        var endsAt: Date?
        var bytesUsed: Int64
        var trafficLimitBytes: Int64?
    }

    static let shape = ResourceShape(
        .subscription,
        [
            MemberShape("user_id", .reference, .required),
            MemberShape("plan_id", .reference, .required, .changeable),
            MemberShape("starts_at", .time, .filled),
            MemberShape("ends_at", .time, .changeable),
            MemberShape("timezone", .text(.timeZone), .changeable, otherwise: "UTC"),
            MemberShape("status", .choice([Status.cancelled.rawValue]), .changeOnly, .writeOnly),
            MemberShape("status", .choice(Status.self), .readOnly),
            MemberShape("current_period", .object(periodShape), .readOnly),
        ], filters: ["status", "user_id", "plan_id"])

    private static let periodShape = ObjectShape.answer(
        MemberShape("starts_at", .time), MemberShape("ends_at", .time, .nullable), MemberShape("bytes_used", .count),
        MemberShape("traffic_limit_bytes", .count, .nullable))

    var id: String
    var revision: Int64
    var userID: String
    var planID: String
    var startsAt: Date
    var endsAt: Date?
    var timezone: String
    var status: Status
    var currentPeriod: Period
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        userID = try row.decode("user_id")
        planID = try row.decode("plan_id")
        startsAt = try row.decode("starts_at")
        endsAt = try row.decode("ends_at")
        timezone = try row.decode("timezone")
        status = try row.decode("status")
        currentPeriod = Period(
            startsAt: try row.decode("period_start"), endsAt: try row.decode("period_end"),
            bytesUsed: try row.decode("bytes_used"), trafficLimitBytes: try row.decode("traffic_limit_bytes"))
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject([
            ("id", .string(id)), ("user_id", .string(userID)), ("plan_id", .string(planID)),
            ("starts_at", .time(startsAt)), ("ends_at", .time(endsAt)), ("timezone", .string(timezone)),
            ("status", .string(status.rawValue)),
            (
                "current_period",
                [
                    "starts_at": .time(currentPeriod.startsAt), "ends_at": .time(currentPeriod.endsAt),
                    "bytes_used": .integer(currentPeriod.bytesUsed),
                    "traffic_limit_bytes": .optional(currentPeriod.trafficLimitBytes),
                ]
            ), ("created_at", .time(createdAt)), ("updated_at", .time(updatedAt)),
        ])
    }
}
