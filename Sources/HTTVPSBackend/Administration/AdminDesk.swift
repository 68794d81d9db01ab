import HTTPTypes
import HTTVPSPostgres

struct AdminDesk: Sendable {
    let pool: PostgresPool
    let pages: Pages
    let changes: Changes
    let audit: AuditLog

    func list(
        _ path: String, filters: [String: QueryShape.Parameter],
        listing: @escaping @Sendable (Call) -> Listing,
        item: @escaping @Sendable (PostgresRow) throws -> JSONObject
    ) -> Endpoint {
        Endpoint(.get, RoutePattern(path), query: PageRequest.shape.with(filters)) { call in
            try await pages.answer(call, listing: listing(call)) { .object(try item($0)) }
        }
    }

    func read(_ path: String, respond: @escaping Endpoint.Respond) -> Endpoint {
        Endpoint(.get, RoutePattern(path + "/{id}"), respond: respond)
    }

    func change(
        _ path: String, body: Endpoint.Body = .required,
        respond: @escaping @Sendable (Call, PostgresTransaction) async throws -> Answer
    ) -> Endpoint {
        Endpoint(.post, RoutePattern(path), body: body, takesIdempotencyKey: true) { call in
            try await changes.perform(call) { transaction in try await respond(call, transaction) }
        }
    }
}
