import HTTVPSPostgres

struct PlanRoutes: Sendable {
    static let path = "/api/v1/admin/plans"

    let desk: AdminDesk
    let store = PlanStore()
    let regions = RegionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path, filters: ["status": .choice(Plan.Status.allCases.map(\.rawValue)), "code": .text],
                listing: { store.listing($0.query) }, item: { try Plan($0).json }),
            desk.read(Self.path) { call in
                guard let plan = try await store.find(call.id, on: desk.pool) else { throw ObjectKind.plan.notFound }
                return .reading(plan, unlessKnownTo: call)
            },
            desk.change(Self.path, respond: create),
        ]
    }

    @Sendable private func create(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        var reader = MemberReader(call.json)
        let terms = PlanTerms(&reader)
        try await checkRegions(call.json, &reader, on: transaction)
        try reader.finish()
        let plan = try await store.create(terms, at: call.now, on: transaction)
        try await desk.audit.write(.created(plan), by: call, on: transaction)
        return .created(plan, at: Self.path)
    }

    private func checkRegions(
        _ json: JSONValue?, _ reader: inout MemberReader, on transaction: PostgresTransaction
    ) async throws {
        guard case .array(let items) = json?.object?["regions"], items.count <= 100 else { return }
        let codes = items.map { $0.text.flatMap { RegionDraft.isCode($0) ? $0 : nil } }
        let known = try await regions.known(among: codes.compactMap(\.self), on: transaction)
        for (index, item) in items.enumerated() where item.text != nil {
            if let code = codes[index], known.contains(code) { continue }
            reader.fault(at: "/regions/\(index)", .unknownReference, "No such region.")
        }
    }
}
