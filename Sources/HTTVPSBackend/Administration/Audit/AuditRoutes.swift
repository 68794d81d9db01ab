struct AuditRoutes: Sendable {
    let desk: AdminDesk
    let store = AuditStore()

    var endpoints: [Endpoint] {
        var list = desk.list(AuditRecord.self) { store.listing($0.query) }
        list.query = list.query.with(["object_kind": .choice(ObjectKind.allCases.map(\.rawValue))])
        return [list, desk.read(AuditRecord.self) { try await store.find($0.id, on: desk.pool) }]
    }
}
