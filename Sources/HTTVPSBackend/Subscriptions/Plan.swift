import Foundation
import HTTVPSPostgres

struct Plan: AdminResource {
    enum Period: String, CaseIterable, Sendable {
        case none
        case calendarMonth = "calendar_month"
        case rolling30Days = "rolling_30d"
    }

    enum Status: String, CaseIterable, Sendable {
        case active
        case archived
    }

    static let shape = ResourceShape(
        .plan,
        [
            MemberShape("code", .text(.planCode), .required),
            MemberShape("name", .text(.name), .required, .changeable),
            MemberShape("period", .choice(Period.self), .required, .changeable),
            MemberShape("max_devices", .integer(1...10_000), .required, .changeable),
            MemberShape("max_sessions", .integer(1...10_000), .required, .changeable),
            MemberShape("max_streams", .integer(1...65_535), .required, .changeable),
            MemberShape("traffic_limit_bytes", .count, .changeable),
            MemberShape("rate_bytes_per_sec", .integer(1...JSONNumber.largestExact), .changeable),
            MemberShape("regions", .list(.reference, count: 1...100, unique: true), .changeable),
            MemberShape("price_micros", .count, .changeable),
            MemberShape("currency", .text(.currency), .changeable),
            MemberShape("status", .choice(Status.self), .changeOnly),
        ], filters: ["status", "code"], rules: [.together(["price_micros", "currency"])])

    var id: String
    var revision: Int64
    var status: Status
    var terms: PlanTerms
    var createdAt: Date
    var updatedAt: Date

    init(_ row: PostgresRow) throws {
        id = try row.decode("id")
        revision = try row.decode("revision")
        status = try row.decode("status")
        terms = try PlanTerms(row)
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    var json: JSONObject {
        JSONObject(
            [("id", .string(id))] + terms.json
                + [
                    ("status", .string(status.rawValue)), ("created_at", .time(createdAt)),
                    ("updated_at", .time(updatedAt)),
                ])
    }
}
