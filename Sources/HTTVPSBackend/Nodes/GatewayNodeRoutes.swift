import HTTVPSPostgres

struct GatewayNodeRoutes: Sendable {
    static let path = "/api/v1/admin/gateway-nodes"

    let desk: AdminDesk
    let hasher: CredentialHasher
    let store = GatewayNodeStore()
    let regions = RegionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path, filters: QueryShape.nodeFilters, listing: { store.listing($0.query, at: $0.now) },
                item: { try GatewayNode($0).json }),
            desk.read(Self.path) { call in
                guard let node = try await store.find(call.id, at: call.now, on: desk.pool) else {
                    throw ObjectKind.gatewayNode.notFound
                }
                return .reading(node)
            },
            desk.change(Self.path, respond: create),
        ]
    }

    @Sendable private func create(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        var reader = MemberReader(call.json)
        let draft = GatewayNodeDraft(&reader)
        try await regions.check(draft.region, &reader, on: transaction)
        try reader.finish()
        let token = OpaqueToken(.gateway)
        let node = try await store.create(draft, token: hasher.hash(token), at: call.now, on: transaction)
        let secrets = JSONObject([("token", .string(token.text))])
        try await desk.audit.write(.created(node, secrets: secrets), by: call, on: transaction)
        return .created(node, at: Self.path, secrets: secrets)
    }
}
