import Foundation
import HTTVPSPostgres

struct UsageHistoryStore: Sendable {
    private static let highest: Int64 = (1 << 53) - 1

    func buckets(
        _ request: UsageHistoryRequest, on executor: some PostgresExecutor
    ) async throws -> [UsageBucket] {
        let group: SQLQuery = "\(unsafe: request.group.member)"
        let conditions = conditions(request, group).reduce("true" as SQLQuery) { "\($0) AND \($1)" }
        return try await executor.query(
            """
            SELECT \(Self.start(request)) AS start, \(group) AS group_id,
                least(sum(bytes_up), \(Self.highest))::bigint AS bytes_up,
                least(sum(bytes_down), \(Self.highest))::bigint AS bytes_down,
                least(sum(streams_opened), \(Self.highest))::bigint AS streams_opened
            FROM usage_hourly WHERE \(conditions)
            GROUP BY 1, 2 ORDER BY 1, 2 LIMIT \(request.limit + 1)
            """
        ).map(UsageBucket.init)
    }

    private static func start(_ request: UsageHistoryRequest) -> SQLQuery {
        request.interval == .hour ? "bucket" : "date_trunc('day', bucket, 'UTC')"
    }

    private func conditions(_ request: UsageHistoryRequest, _ group: SQLQuery) -> [SQLQuery] {
        let start = Self.start(request)
        var conditions: [SQLQuery] = []
        if let id = request.groupID { conditions.append("\(group) = \(id)") }
        if let from = request.from { conditions += ["bucket >= \(from)", "\(start) >= \(from)"] }
        if let before = request.before {
            conditions += ["bucket < \(before.addingTimeInterval(request.interval.seconds))", "\(start) < \(before)"]
        }
        if let after = request.after {
            conditions += ["bucket >= \(after.createdAt)", "(\(start), \(group)) > (\(after.createdAt), \(after.id))"]
        }
        return conditions
    }
}
