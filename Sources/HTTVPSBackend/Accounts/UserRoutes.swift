struct UserRoutes: Sendable {
    static let path = "/api/v1/admin/users"

    let desk: AdminDesk
    let store = UserStore()

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path, filters: ["status": .choice(User.Status.allCases.map(\.rawValue)), "email": .text],
                listing: { store.listing($0.query) }, item: { try User($0).json }),
            desk.read(Self.path) { call in
                guard let user = try await store.find(call.id, on: desk.pool) else { throw ObjectKind.user.notFound }
                return .reading(user, unlessKnownTo: call)
            },
            desk.change(Self.path) { call, transaction in
                var reader = MemberReader(call.json)
                let user = try await store.create(try UserDraft(&reader), at: call.now, on: transaction)
                try await desk.audit.write(.created(user), by: call, on: transaction)
                return .created(user, at: Self.path)
            },
        ]
    }
}
