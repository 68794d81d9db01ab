import Foundation
import HTTVPSPostgres

struct Listing: Sendable {
    var source: SQLQuery
    var conditions: [SQLQuery] = []

    init(_ source: SQLQuery) { self.source = source }

    func page(_ request: PageRequest) -> SQLQuery {
        var conditions = conditions
        if let from = request.createdFrom { conditions.append("created_at >= \(from)") }
        if let before = request.createdBefore { conditions.append("created_at < \(before)") }
        if let after = request.after {
            let direction: SQLQuery = request.isAscending ? ">" : "<"
            conditions.append("(created_at, id) \(direction) (\(after.createdAt), \(after.id))")
        }
        let filter = conditions.reduce("true" as SQLQuery) { "\($0) AND \($1)" }
        let order: SQLQuery = request.isAscending ? "ASC" : "DESC"
        return """
            SELECT * FROM (\(source)) AS listed WHERE \(filter)
            ORDER BY created_at \(order), id \(order) LIMIT \(request.limit + 1)
            """
    }
}
