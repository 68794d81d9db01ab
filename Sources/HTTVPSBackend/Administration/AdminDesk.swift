import HTTPTypes
import HTTVPSPostgres

struct AdminDesk: Sendable {
    let pool: PostgresPool
    let pages: Pages
    let changes: Changes
    let audit: AuditLog

    func list<Resource: AdminResource>(
        _ type: Resource.Type, listing: @escaping @Sendable (Call) -> Listing
    ) -> Endpoint {
        let operation = Operation(
            "Lists \(Resource.kind.words)s, page by page.", answers: [200: .json(Resource.shape.page)])
        return Endpoint(
            .get, RoutePattern(Resource.path), query: PageRequest.shape.with(Resource.shape.query), operation: operation
        ) { call in
            try await pages.answer(call, listing: listing(call)) { .object(try Resource($0).json) }
        }
    }

    func read<Resource: AdminResource>(
        _ type: Resource.Type, find: @escaping @Sendable (Call) async throws -> Resource?
    ) -> Endpoint {
        var operation = Operation(
            "Reads \(Resource.kind.phrase).", answers: [200: .json(Resource.shape.reading)],
            codes: [Resource.kind.notFoundCode])
        let heedsKnownTag = Resource.kind.heedsKnownTag
        if heedsKnownTag { operation.answers[304] = .nothing }
        return Endpoint(.get, RoutePattern(Resource.path + "/{id}"), operation: operation) { call in
            guard let resource = try await find(call) else { throw Resource.kind.notFound }
            return heedsKnownTag ? .reading(resource, unlessKnownTo: call) : .reading(resource)
        }
    }

    func act(
        _ path: String, _ operation: Operation,
        respond: @escaping @Sendable (Call, PostgresTransaction) async throws -> Answer
    ) -> Endpoint {
        Endpoint(
            .post, RoutePattern(path), body: .optional, takesIdempotencyKey: true, operation: operation
        ) { call in
            try await changes.perform(call) { transaction in try await respond(call, transaction) }
        }
    }
}

extension ObjectKind {
    var words: String { rawValue.replacing("_", with: " ") }

    var phrase: String { ("aeiou".contains(rawValue.prefix(1)) && self != .user ? "an " : "a ") + words }

    var heedsKnownTag: Bool {
        switch self {
        case .user, .plan, .region, .administrator, .auditEvent: true
        case .device, .subscription, .outlineNode, .gatewayNode, .session, .apiToken: false
        }
    }
}
