import Foundation
import HTTVPSPostgres

struct UsageBucket: Sendable {
    static let shape = ObjectShape(
        part: .answer,
        members: [MemberShape("bucket", .time)]
            + UsageGroup.allCases.map { MemberShape($0.member, .reference, .optional) }
            + ["bytes_up", "bytes_down", "streams_opened"].map { MemberShape($0, .count) })

    var start: Date
    var groupID: String
    var bytesUp: Int64
    var bytesDown: Int64
    var streamsOpened: Int64

    init(_ row: PostgresRow) throws {
        start = try row.decode("start")
        groupID = try row.decode("group_id")
        bytesUp = try row.decode("bytes_up")
        bytesDown = try row.decode("bytes_down")
        streamsOpened = try row.decode("streams_opened")
    }

    func json(by group: UsageGroup) -> JSONValue {
        .object(
            JSONObject([
                ("bucket", .time(start)), (group.member, .string(groupID)), ("bytes_up", .integer(bytesUp)),
                ("bytes_down", .integer(bytesDown)), ("streams_opened", .integer(streamsOpened)),
            ]))
    }
}
