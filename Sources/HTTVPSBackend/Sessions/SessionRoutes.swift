import HTTVPSPostgres

struct SessionRoutes: Sendable {
    let desk: AdminDesk
    let store = SessionStore()

    private static let revocation = Operation(
        "Revokes a session: its gateway is told, and ends it.", body: .body(MemberShape("reason", .text(.name))),
        answers: [200: .json(Session.shape.reading)], codes: [.sessionNotFound, .sessionEnded])

    var endpoints: [Endpoint] {
        [
            desk.list(Session.self) { store.listing($0.query) },
            desk.read(Session.self) { try await store.find($0.id, on: desk.pool) },
            desk.act(Session.path + "/{id}/revoke", Self.revocation, respond: revoke),
        ]
    }

    @Sendable private func revoke(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        guard let session = try await store.lock(call.id, on: transaction) else { throw ObjectKind.session.notFound }
        let reason = try Self.revocation.submission(call).text("reason")
        guard session.status == .active else { throw ProblemError(.sessionEnded, "The session has ended.") }
        if session.revokedAt != nil { return .reading(session) }
        let revoked = try await store.revoke(session.id, at: call.now, on: transaction)
        let after = JSONObject([("revoked_at", .time(revoked.revokedAt)), ("reason", .optional(reason))])
        let event = AuditEvent.event(.revokeSession, of: revoked, before: nil, after: after)
        try await desk.audit.write(event, by: call, on: transaction)
        return .reading(revoked)
    }
}
