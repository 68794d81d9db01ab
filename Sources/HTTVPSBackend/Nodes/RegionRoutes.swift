struct RegionRoutes: Sendable {
    static let path = "/api/v1/admin/regions"

    let desk: AdminDesk
    let store = RegionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(Self.path, filters: [:], listing: { _ in store.listing() }, item: { try Region($0).json }),
            desk.read(Self.path) { call in
                guard let region = try await store.find(call.id, on: desk.pool) else {
                    throw ObjectKind.region.notFound
                }
                return .reading(region, unlessKnownTo: call)
            },
            desk.change(Self.path) { call, transaction in
                var reader = MemberReader(call.json)
                let region = try await store.create(try RegionDraft(&reader), on: transaction)
                try await desk.audit.write(.created(region), by: call, on: transaction)
                return .created(region, at: Self.path)
            },
        ]
    }
}
