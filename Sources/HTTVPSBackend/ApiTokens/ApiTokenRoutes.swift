import HTTVPSPostgres

struct ApiTokenRoutes: Sendable {
    static let path = "/api/v1/admin/api-tokens"

    let desk: AdminDesk
    let hasher: CredentialHasher
    let store = ApiTokenStore()

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path,
                filters: [
                    "status": .choice(ApiToken.Status.allCases.map(\.rawValue)),
                    "role": .choice(Role.allCases.map(\.rawValue)),
                ], listing: { store.listing($0.query, at: $0.now) }, item: { try ApiToken($0).json }),
            desk.read(Self.path) { call in
                guard let token = try await store.find(call.id, at: call.now, on: desk.pool) else {
                    throw ObjectKind.apiToken.notFound
                }
                return .reading(token)
            },
            desk.change(Self.path, respond: create),
        ]
    }

    @Sendable private func create(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        var reader = MemberReader(call.json)
        let draft = try ApiTokenDraft(&reader, at: call.now)
        let token = OpaqueToken(.apiToken)
        let made = try await store.create(draft, token: hasher.hash(token), at: call.now, on: transaction)
        let secrets = JSONObject([("token", .string(token.text))])
        try await desk.audit.write(.created(made, secrets: secrets), by: call, on: transaction)
        return .created(made, at: Self.path, secrets: secrets)
    }
}
