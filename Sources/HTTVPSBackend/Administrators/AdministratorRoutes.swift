import HTTVPSPostgres

struct AdministratorRoutes: Sendable {
    static let path = "/api/v1/admin/administrators"

    let desk: AdminDesk
    let passwords: PasswordDesk
    let store = AdministratorStore()

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path,
                filters: [
                    "status": .choice(Administrator.Status.allCases.map(\.rawValue)),
                    "role": .choice(Role.allCases.map(\.rawValue)),
                ], listing: { store.listing($0.query) }, item: { try Administrator($0).json }),
            desk.read(Self.path) { call in
                guard let administrator = try await store.find(call.id, on: desk.pool) else {
                    throw ObjectKind.administrator.notFound
                }
                return .reading(administrator, unlessKnownTo: call)
            },
            desk.change(Self.path, respond: create),
        ]
    }

    @Sendable private func create(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        var reader = MemberReader(call.json)
        let draft = try AdministratorDraft(&reader)
        let hash = try await passwords.hash(draft.password)
        let administrator = try await store.create(draft, passwordHash: hash, at: call.now, on: transaction)
        let event = AuditEvent.created(administrator, secrets: JSONObject([("password", "***")]))
        try await desk.audit.write(event, by: call, on: transaction)
        return .created(administrator, at: Self.path)
    }
}
