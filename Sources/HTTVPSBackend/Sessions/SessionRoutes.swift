import HTTVPSPostgres

struct SessionRoutes: Sendable {
    static let path = "/api/v1/admin/sessions"

    let desk: AdminDesk
    let store = SessionStore()

    private static let filters: [String: QueryShape.Parameter] = Dictionary(
        uniqueKeysWithValues: SessionStore.filters.map { ($0, QueryShape.Parameter.text) }
            + [("status", .choice(Session.Status.allCases.map(\.rawValue)))])

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path, filters: Self.filters, listing: { store.listing($0.query) }, item: { try Session($0).json }),
            desk.read(Self.path) { call in
                guard let session = try await store.find(call.id, on: desk.pool) else {
                    throw ObjectKind.session.notFound
                }
                return .reading(session)
            },
            desk.change(Self.path + "/{id}/revoke", body: .optional, respond: revoke),
        ]
    }

    @Sendable private func revoke(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        guard let session = try await store.lock(call.id, on: transaction) else { throw ObjectKind.session.notFound }
        var reader = MemberReader(call.json ?? .object(JSONObject()))
        let reason = reader.text("reason")
        try reader.finish()
        guard session.status == .active else { throw ProblemError(.sessionEnded, "The session has ended.") }
        if session.revokedAt != nil { return .reading(session) }
        let revoked = try await store.revoke(session.id, at: call.now, on: transaction)
        let after = JSONObject([("revoked_at", .time(revoked.revokedAt)), ("reason", .optional(reason))])
        let event = AuditEvent.event(.revokeSession, of: revoked, before: nil, after: after)
        try await desk.audit.write(event, by: call, on: transaction)
        return .reading(revoked)
    }
}
