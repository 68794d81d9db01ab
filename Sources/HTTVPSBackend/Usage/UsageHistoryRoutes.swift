import HTTPTypes

struct UsageHistoryRoutes: Sendable {
    static let path = "/api/v1/admin/usage"

    let desk: AdminDesk
    let store = UsageHistoryStore()

    private static let reading = Operation(
        "Sums the usage of each hour or day, oldest first.",
        answers: [
            200: .json(
                .answer(
                    MemberShape("items", .list(.object(UsageBucket.shape), count: 0...200)),
                    MemberShape("next_cursor", .text(.length(1...4_096)), .nullable)))
        ])

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, RoutePattern(Self.path), query: UsageHistoryRequest.shape, operation: Self.reading) { call in
                let codec = desk.pages.codec
                let request = try UsageHistoryRequest(call.query, path: call.path, codec: codec)
                let buckets = try await store.buckets(request, on: desk.pool)
                let page = buckets.prefix(request.limit)
                var next = JSONValue.null
                if buckets.count > page.count, let last = page.last {
                    next = .string(
                        codec.text(Cursor(createdAt: last.start, id: last.groupID), boundTo: request.binding))
                }
                let items = page.map { $0.json(by: request.group) }
                return Answer(json: ["items": .array(items), "next_cursor": next])
            }
        ]
    }
}
