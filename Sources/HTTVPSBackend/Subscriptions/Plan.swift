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

    static let kind = ObjectKind.plan

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
