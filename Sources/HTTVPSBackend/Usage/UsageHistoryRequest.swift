import Foundation

struct UsageHistoryRequest: Sendable {
    static let shape = QueryShape([
        "group_by": .choice(UsageGroup.allCases.map(\.rawValue)),
        "interval": .choice(UsageInterval.allCases.map(\.rawValue)), "bucket[gte]": .time, "bucket[lt]": .time,
        "limit": .integer(1...200), "cursor": .text,
    ]).with(Dictionary(uniqueKeysWithValues: UsageGroup.allCases.map { ($0.member, QueryShape.Parameter.text) }))
        .requiring("group_by")

    var group: UsageGroup
    var interval: UsageInterval
    var groupID: String?
    var from: Date?
    var before: Date?
    var limit: Int
    var after: Cursor?
    var binding: [String]

    init(_ query: Query, path: String, codec: CursorCodec) throws(ProblemError) {
        guard let group = query["group_by"].flatMap(UsageGroup.init) else {
            throw ProblemError(.invalidQuery, "The parameter group_by is required.")
        }
        for other in UsageGroup.allCases where other != group && query[other.member] != nil {
            throw ProblemError(
                .unknownQueryParameter, "The parameter \(other.member) is not known with group_by=\(group.rawValue).")
        }
        self.group = group
        interval = query["interval"].flatMap(UsageInterval.init) ?? .hour
        groupID = query[group.member]
        from = query.time("bucket[gte]")
        before = query.time("bucket[lt]")
        limit = query.integer("limit") ?? PageRequest.defaultLimit
        binding = [path] + query.pairs(without: ["limit", "cursor"])
        if let text = query["cursor"] { after = try codec.cursor(text, boundTo: binding) }
    }
}
