import Foundation

struct PageRequest: Equatable, Sendable {
    static let defaultLimit = 50
    static let shape: QueryShape = [
        "limit": .integer(1...200), "cursor": .text, "sort": .choice(["created_at", "-created_at"]),
        "created_at[gte]": .time, "created_at[lt]": .time,
    ]

    var limit = PageRequest.defaultLimit
    var isAscending = false
    var after: Cursor?
    var createdFrom: Date?
    var createdBefore: Date?
    var binding: [String] = []

    init(_ query: Query, path: String, codec: CursorCodec) throws(ProblemError) {
        limit = query.integer("limit") ?? Self.defaultLimit
        isAscending = query["sort"] == "created_at"
        createdFrom = query.time("created_at[gte]")
        createdBefore = query.time("created_at[lt]")
        binding = [path] + query.pairs(without: ["limit", "cursor"])
        if let text = query["cursor"] { after = try codec.cursor(text, boundTo: binding) }
    }
}
